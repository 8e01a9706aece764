struct a { int x; };
struct b { struct a *p; };
int f(struct a *, struct b, struct a);
__GENKSYMS_EXPORT_SYMBOL(f);
