struct s { int a : ; int : ; int b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
