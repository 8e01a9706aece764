struct p { int a; } __attribute__((packed));
struct p v;
__GENKSYMS_EXPORT_SYMBOL(v);
