typedef int q;
int q;
int z;
__GENKSYMS_EXPORT_SYMBOL(q);
__GENKSYMS_EXPORT_SYMBOL(z);
