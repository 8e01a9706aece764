struct s { int (__attribute__((x)) *f)(int); int b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
