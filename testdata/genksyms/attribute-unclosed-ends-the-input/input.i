int a;
__GENKSYMS_EXPORT_SYMBOL(a);
int b __attribute__((x);
__GENKSYMS_EXPORT_SYMBOL(a);
