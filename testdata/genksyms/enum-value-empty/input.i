enum e { A = 5, B = , D, E };
int v[B + D + E];
__GENKSYMS_EXPORT_SYMBOL(v);
