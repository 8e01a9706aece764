struct p __attribute__((packed)) { int a; };
struct p v;
int w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
