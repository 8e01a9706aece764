struct s { int a = 3; int b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
