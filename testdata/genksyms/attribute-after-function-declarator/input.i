int f(void) __attribute__((noreturn)) __attribute__((cold));
__GENKSYMS_EXPORT_SYMBOL(f);
