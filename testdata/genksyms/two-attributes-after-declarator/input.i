int x __attribute__((a)) __attribute__((b));
int y __attribute__((a)) __attribute__((b)) = 1;
__GENKSYMS_EXPORT_SYMBOL(x);
__GENKSYMS_EXPORT_SYMBOL(y);
