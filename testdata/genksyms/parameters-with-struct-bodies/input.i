int f(struct in { int a; } *p, enum { Q = 3 } e);
int g[Q];
struct in *q;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(g);
__GENKSYMS_EXPORT_SYMBOL(q);
