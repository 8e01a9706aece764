enum { A = é, B };
int a[A + B];
__GENKSYMS_EXPORT_SYMBOL(a);
