enum e { A, B };
enum e v;
__GENKSYMS_EXPORT_SYMBOL(v);
