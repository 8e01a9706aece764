typedef int T;
int f(long);
__GENKSYMS_EXPORT_SYMBOL(f);
