union s { int a; };
union s v;
__GENKSYMS_EXPORT_SYMBOL(v);
