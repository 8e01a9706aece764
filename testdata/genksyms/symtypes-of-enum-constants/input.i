enum { A = 1, B = A + 1, D };
int v[D];
__GENKSYMS_EXPORT_SYMBOL(v);
