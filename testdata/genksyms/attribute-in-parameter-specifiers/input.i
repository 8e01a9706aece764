void f(int __attribute__((x)) b, int * __attribute__((y)) c);
__GENKSYMS_EXPORT_SYMBOL(f);
