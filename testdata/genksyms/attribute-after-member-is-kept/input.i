struct s { int a __attribute__((x)); int b __attribute__((y)), c __attribute__((z)); int d[2] __attribute__((w)); } v;
__GENKSYMS_EXPORT_SYMBOL(v);
