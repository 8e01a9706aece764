struct s { int a; };
union s { int a; };
union s u;
__GENKSYMS_EXPORT_SYMBOL(u);
