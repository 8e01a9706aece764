static_assert(1, "x");
int z;
__GENKSYMS_EXPORT_SYMBOL(z);
__GENKSYMS_EXPORT_SYMBOL(static_assert);
