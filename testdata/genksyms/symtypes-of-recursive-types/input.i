struct a { struct b *b; struct a *a; };
struct b { struct a *a; enum e { A, B } e; };
int f(struct b *);
__GENKSYMS_EXPORT_SYMBOL(f);
int g(struct a *);
__GENKSYMS_EXPORT_SYMBOL(g);
