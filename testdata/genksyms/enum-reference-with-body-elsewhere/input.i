enum e v;
enum e { A = 1 };
__GENKSYMS_EXPORT_SYMBOL(v);
enum e w;
__GENKSYMS_EXPORT_SYMBOL(w);
