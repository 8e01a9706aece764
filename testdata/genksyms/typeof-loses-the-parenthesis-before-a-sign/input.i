int x;
typeof(&x) b;
__GENKSYMS_EXPORT_SYMBOL(b);
