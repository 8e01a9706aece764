typedef int T;
int (T);
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
