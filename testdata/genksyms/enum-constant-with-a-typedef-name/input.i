typedef int T;
enum e { T, U };
enum e v;
T w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
