typedef int T;
typedef int T;
T v;
__GENKSYMS_EXPORT_SYMBOL(v);
