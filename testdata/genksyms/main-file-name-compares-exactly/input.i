# 1 "./foo.c"
# 1 "foo.c" 1
struct c { int b; };
struct c y;
__GENKSYMS_EXPORT_SYMBOL(y);
