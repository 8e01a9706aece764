enum { A = 1, B = A << 2, D = (A | B), E };
int v[D];
int w[E];
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
