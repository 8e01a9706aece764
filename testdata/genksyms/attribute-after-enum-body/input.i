enum e { A, B } __attribute__((packed));
enum e v;
__GENKSYMS_EXPORT_SYMBOL(v);
