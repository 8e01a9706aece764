enum e { A = 7, B @ };
enum { D, E };
int v[D + E];
__GENKSYMS_EXPORT_SYMBOL(v);
