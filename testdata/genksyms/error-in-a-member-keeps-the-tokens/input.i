struct s { int a b; int c; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
