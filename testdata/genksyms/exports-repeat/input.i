static int st(void) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(st);
__GENKSYMS_EXPORT_SYMBOL(st);
