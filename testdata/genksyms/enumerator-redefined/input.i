enum { A = 1 };
enum { A = 2 };
int v[A];
__GENKSYMS_EXPORT_SYMBOL(v);
