int x;
__GENKSYMS_EXPORT_SYMBOL(x);
typeof(x y;
