int n == (typeof); int p;
__GENKSYMS_EXPORT_SYMBOL(p);
