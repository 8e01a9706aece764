# 1 "foo.c"
typedef int T;
T v;
__GENKSYMS_EXPORT_SYMBOL(v);
