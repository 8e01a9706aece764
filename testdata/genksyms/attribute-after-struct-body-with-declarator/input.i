struct p { int a; } __attribute__((packed)) v2;
__GENKSYMS_EXPORT_SYMBOL(v2);
