int b;
__GENKSYMS_EXPORT_SYMBOL(b);
int a, f(int);
__GENKSYMS_EXPORT_SYMBOL(a);
