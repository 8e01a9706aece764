struct s { int @ { int q; } r; int c; };
struct s v;
int e;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(e);
