int v["a b  c"];
__GENKSYMS_EXPORT_SYMBOL(v);
