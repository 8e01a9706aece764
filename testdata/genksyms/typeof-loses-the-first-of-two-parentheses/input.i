int x;
typeof((x)) a;
__GENKSYMS_EXPORT_SYMBOL(a);
