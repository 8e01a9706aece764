struct f;
int g(int);
__GENKSYMS_EXPORT_SYMBOL(g);
struct f { int a; };
int h(struct f *);
__GENKSYMS_EXPORT_SYMBOL(h);
