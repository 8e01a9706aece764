int x;
typeof(x) a;
__typeof(x) b;
__typeof__(x) d;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(d);
