typedef int fn(int a), arr[3];
fn f;
arr g;
fn *h;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(g);
__GENKSYMS_EXPORT_SYMBOL(h);
