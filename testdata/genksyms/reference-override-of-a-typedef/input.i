typedef long T;
T v;
__GENKSYMS_EXPORT_SYMBOL(v);
