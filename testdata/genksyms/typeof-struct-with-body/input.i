typeof(struct { int a; }) v;
__GENKSYMS_EXPORT_SYMBOL(v);
