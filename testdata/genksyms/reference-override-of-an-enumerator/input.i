enum { A = 4, B };
int v[A + B];
__GENKSYMS_EXPORT_SYMBOL(v);
