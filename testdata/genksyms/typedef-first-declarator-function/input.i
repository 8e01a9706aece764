typedef int (*fn)(int), T;
fn a;
T b;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
