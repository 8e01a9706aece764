struct s { int a; };
extern struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
