struct s { int (*f)(foo_t x, int y); int z; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
