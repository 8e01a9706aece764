int a[abécd];
__GENKSYMS_EXPORT_SYMBOL(a);
