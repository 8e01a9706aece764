int q;
typedef int q;
q z;
int y;
__GENKSYMS_EXPORT_SYMBOL(z);
__GENKSYMS_EXPORT_SYMBOL(y);
__GENKSYMS_EXPORT_SYMBOL(q);
