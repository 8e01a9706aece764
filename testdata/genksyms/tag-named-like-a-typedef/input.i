typedef int T;
struct T { T a; };
struct T v;
enum T;
T w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
