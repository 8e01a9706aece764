struct __attribute__((packed)) p { int a; };
struct p v;
__GENKSYMS_EXPORT_SYMBOL(v);
