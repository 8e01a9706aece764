int f(register int a, const int b, volatile c, restrict d);
__GENKSYMS_EXPORT_SYMBOL(f);
