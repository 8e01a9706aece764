typedef int T;
int T(void) { return 0; }
int a;
int b;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
