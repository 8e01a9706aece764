struct s { int (3); int (*a 4); int b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
