typedef struct { int a; struct { int b; } c; } S;
S v;
__GENKSYMS_EXPORT_SYMBOL(v);
