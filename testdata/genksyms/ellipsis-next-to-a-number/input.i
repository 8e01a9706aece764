int a[1...2][1 ... 2][a...b];
__GENKSYMS_EXPORT_SYMBOL(a);
