enum e { A = 7, B @ };
enum { C };
int v[C];
int w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
