int * __attribute__((a)) const p;
__GENKSYMS_EXPORT_SYMBOL(p);
