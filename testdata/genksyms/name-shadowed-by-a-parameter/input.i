typedef int T;
int f(int T, T *x);
T v;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(v);
