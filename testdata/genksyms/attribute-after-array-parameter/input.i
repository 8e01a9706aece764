void f(int a[3] __attribute__((unused)), char c);
__GENKSYMS_EXPORT_SYMBOL(f);
