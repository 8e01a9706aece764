int g(struct f *, union f *);
__GENKSYMS_EXPORT_SYMBOL(g);
int h(union f *);
__GENKSYMS_EXPORT_SYMBOL(h);
