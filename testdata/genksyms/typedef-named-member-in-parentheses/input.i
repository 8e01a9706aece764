typedef int T;
struct s { int (T); int (*T)(int); } v;
__GENKSYMS_EXPORT_SYMBOL(v);
