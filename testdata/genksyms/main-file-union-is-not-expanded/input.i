# 1 "foo.c"
union u { int a; };
union u v;
__GENKSYMS_EXPORT_SYMBOL(v);
