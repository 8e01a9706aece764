typedef struct x *xp;
xp v;
__GENKSYMS_EXPORT_SYMBOL(v);
