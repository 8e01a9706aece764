int a["é"];
__GENKSYMS_EXPORT_SYMBOL(a);
