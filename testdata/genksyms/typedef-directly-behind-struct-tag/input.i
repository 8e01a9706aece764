typedef int T;
struct s { int a; };
struct s T;
T v;
struct s *T;
__GENKSYMS_EXPORT_SYMBOL(v);
