int a;
__GENKSYMS_EXPORT_SYMBOL(a);
int b ÿ;
