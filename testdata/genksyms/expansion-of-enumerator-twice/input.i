enum { A = 3 };
int v[A + A][A];
__GENKSYMS_EXPORT_SYMBOL(v);
