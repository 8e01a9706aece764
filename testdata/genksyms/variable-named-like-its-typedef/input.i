typedef int T;
T T;
int z;
__GENKSYMS_EXPORT_SYMBOL(z);
