static int f(struct in { int a; } *p) { return 0; }
struct in v;
__GENKSYMS_EXPORT_SYMBOL(v);
