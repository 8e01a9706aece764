typedef long len;
struct s { unsigned len; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
