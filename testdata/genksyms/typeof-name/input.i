int x;
typeof(x) y;
__GENKSYMS_EXPORT_SYMBOL(y);
