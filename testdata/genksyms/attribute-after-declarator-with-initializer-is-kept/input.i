int y __attribute__((__aligned__(4))) = 0;
__GENKSYMS_EXPORT_SYMBOL(y);
