int a;
é int b;
__GENKSYMS_EXPORT_SYMBOL(a);
