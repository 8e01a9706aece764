struct s f { int a; }
int h;
int i;
__GENKSYMS_EXPORT_SYMBOL(h);
__GENKSYMS_EXPORT_SYMBOL(i);
