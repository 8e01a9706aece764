extern int f(struct a { int x; } *);
struct a { int y; };
struct a v;
__GENKSYMS_EXPORT_SYMBOL(v);
