struct q { int a; };
int f(struct q), b;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(b);
