enum { A, B };
int x[B];
__GENKSYMS_EXPORT_SYMBOL(x);
