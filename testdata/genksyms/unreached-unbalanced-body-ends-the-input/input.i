int v;
__GENKSYMS_EXPORT_SYMBOL(v);
int f(void) { if (x) { }
int w;
__GENKSYMS_EXPORT_SYMBOL(w);
