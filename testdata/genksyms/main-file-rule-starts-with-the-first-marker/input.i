struct c { int b; };
# 1 "foo.c"
struct d { int b; };
struct c y;
struct d z;
__GENKSYMS_EXPORT_SYMBOL(y);
__GENKSYMS_EXPORT_SYMBOL(z);
