enum { A = 3, B };
int x[B];
__GENKSYMS_EXPORT_SYMBOL(x);
