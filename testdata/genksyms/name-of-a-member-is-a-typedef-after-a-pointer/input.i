typedef int T;
struct s { T *T; T a; const T b; T const c; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
