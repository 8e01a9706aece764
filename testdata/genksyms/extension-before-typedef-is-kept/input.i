__extension__ typedef unsigned long long u64;
u64 v;
__GENKSYMS_EXPORT_SYMBOL(v);
