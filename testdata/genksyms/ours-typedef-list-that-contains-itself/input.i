typedef int T, (*fn)(int);
fn v;
__GENKSYMS_EXPORT_SYMBOL(v);
