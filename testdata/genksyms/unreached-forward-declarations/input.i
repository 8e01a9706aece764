struct a;
union b;
enum e;
struct a { int x; };
int f(struct a *, union b *);
__GENKSYMS_EXPORT_SYMBOL(f);
