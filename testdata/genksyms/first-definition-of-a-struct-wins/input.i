struct s { int a; };
struct s { int b; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
