int a["x
y"];
__GENKSYMS_EXPORT_SYMBOL(a);
