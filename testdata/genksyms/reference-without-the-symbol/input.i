struct s { int a; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
