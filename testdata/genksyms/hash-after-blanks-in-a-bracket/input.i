int a[# 5 ## "x"];
__GENKSYMS_EXPORT_SYMBOL(a);
