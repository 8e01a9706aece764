enum e { A __attribute__((x)), B };
enum e v;
int w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
