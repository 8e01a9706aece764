typedef unsigned T;
int f(T, T, T *);
__GENKSYMS_EXPORT_SYMBOL(f);
