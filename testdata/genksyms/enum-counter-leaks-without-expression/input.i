enum e { A, B, C @ };
int ok;
enum { D, E };
int v[D + E];
__GENKSYMS_EXPORT_SYMBOL(v);
