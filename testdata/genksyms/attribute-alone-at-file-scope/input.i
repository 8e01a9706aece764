__attribute__((x));
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
