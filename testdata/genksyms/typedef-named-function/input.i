typedef int T;
int T(void);
int *T(void);
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
