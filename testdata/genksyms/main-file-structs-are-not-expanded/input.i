# 1 "foo.c"
struct c { int b; };
# 1 "foo.h" 1
struct h { int b; };
# 2 "foo.c" 2
struct c y;
struct h z;
__GENKSYMS_EXPORT_SYMBOL(y);
__GENKSYMS_EXPORT_SYMBOL(z);
