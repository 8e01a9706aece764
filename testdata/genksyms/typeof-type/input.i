typedef int T;
typeof(T *) b;
__GENKSYMS_EXPORT_SYMBOL(b);
