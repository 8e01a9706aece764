typedef int T;
__attribute__((a)) T x;
T __attribute__((b)) y;
__GENKSYMS_EXPORT_SYMBOL(x);
__GENKSYMS_EXPORT_SYMBOL(y);
