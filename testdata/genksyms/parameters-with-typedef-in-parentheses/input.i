typedef int T;
int f(int (T), int (T x), int (*T)(T T));
__GENKSYMS_EXPORT_SYMBOL(f);
