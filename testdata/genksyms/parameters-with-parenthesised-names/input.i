int f(int (a), int (*b), int ((c)), int (d)[3]);
__GENKSYMS_EXPORT_SYMBOL(f);
