typeof(__attribute__((x)) int) v;
__GENKSYMS_EXPORT_SYMBOL(v);
