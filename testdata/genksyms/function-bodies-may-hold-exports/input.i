int f(void) { __GENKSYMS_EXPORT_SYMBOL(f); return 0; }
int g;
__GENKSYMS_EXPORT_SYMBOL(g);
