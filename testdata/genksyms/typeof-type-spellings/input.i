__typeof(int) b;
__typeof__(long *) d;
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(d);
