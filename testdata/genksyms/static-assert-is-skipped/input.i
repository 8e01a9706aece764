_Static_assert(sizeof(int)==4, "x");
int z;
__GENKSYMS_EXPORT_SYMBOL(z);
