struct s { extern int a; } v;
int f(extern int a);
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(f);
