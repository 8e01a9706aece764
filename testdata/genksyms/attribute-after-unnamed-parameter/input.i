void f(int __attribute__((unused)), char);
__GENKSYMS_EXPORT_SYMBOL(f);
