int f(int (__attribute__((x)) *)(int), int b);
__GENKSYMS_EXPORT_SYMBOL(f);
