#pragma éÿ
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
