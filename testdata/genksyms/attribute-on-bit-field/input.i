struct s { unsigned a : 3 __attribute__((packed)); int b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
