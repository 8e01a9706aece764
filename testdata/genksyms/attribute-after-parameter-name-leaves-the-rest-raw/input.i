void f(int a __attribute__((unused)), int __attribute__((x)) b, int * __attribute__((y)) c);
__GENKSYMS_EXPORT_SYMBOL(f);
