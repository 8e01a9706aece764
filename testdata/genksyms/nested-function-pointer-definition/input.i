int (*f(int a))(long) { return 0; }
__GENKSYMS_EXPORT_SYMBOL(f);
