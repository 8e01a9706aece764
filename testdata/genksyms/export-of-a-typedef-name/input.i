typedef int T;
int a;
__GENKSYMS_EXPORT_SYMBOL(T);
int b;
__GENKSYMS_EXPORT_SYMBOL(a);
