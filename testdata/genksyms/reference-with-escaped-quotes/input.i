int v["a \" b"];
__GENKSYMS_EXPORT_SYMBOL(v);
