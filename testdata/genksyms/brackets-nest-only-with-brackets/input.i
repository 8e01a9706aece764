int a[f(b[1]) + ({ 1 )];
int d;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(d);
