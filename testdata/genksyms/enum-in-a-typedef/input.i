typedef enum { A, B = 5 } E;
typedef enum tag { D } F;
E v;
F w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
