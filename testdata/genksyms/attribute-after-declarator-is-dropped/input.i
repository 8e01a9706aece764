int x __attribute__((__aligned__(4)));
__GENKSYMS_EXPORT_SYMBOL(x);
