int f(int (*cb)(foo_t x, int y), int z);
__GENKSYMS_EXPORT_SYMBOL(f);
