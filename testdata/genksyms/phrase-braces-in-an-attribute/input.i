int a __attribute__((x, [ { ) )) = 1;
int b;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
