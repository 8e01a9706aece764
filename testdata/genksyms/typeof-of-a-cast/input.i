typeof((int)0) a;
__GENKSYMS_EXPORT_SYMBOL(a);
