__attribute__((x)) static int f(void) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(f);
