int a["Ã©"]['ÿ'];
__GENKSYMS_EXPORT_SYMBOL(a);
