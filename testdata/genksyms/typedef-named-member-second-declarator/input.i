typedef int T;
struct s { int a, T, *T; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
