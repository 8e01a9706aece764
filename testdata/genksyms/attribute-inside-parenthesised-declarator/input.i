int (__attribute__((x)) *f)(int);
int b;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(b);
