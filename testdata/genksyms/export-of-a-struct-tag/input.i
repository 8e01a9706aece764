struct s { int a; };
__GENKSYMS_EXPORT_SYMBOL(s);
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
