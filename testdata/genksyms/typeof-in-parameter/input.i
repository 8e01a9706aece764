int x;
int f(typeof(x) a, typeof(int) b);
__GENKSYMS_EXPORT_SYMBOL(f);
