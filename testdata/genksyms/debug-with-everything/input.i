typedef int T;
T v;
__GENKSYMS_EXPORT_SYMBOL(v);
int a b;
__GENKSYMS_EXPORT_SYMBOL(nope);
