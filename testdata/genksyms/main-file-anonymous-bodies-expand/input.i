# 1 "foo.c"
struct { int a; } v;
typedef struct { int b; } T;
T w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
