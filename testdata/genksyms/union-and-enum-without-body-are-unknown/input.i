union u;
enum e;
int f(union u *, enum e);
__GENKSYMS_EXPORT_SYMBOL(f);
