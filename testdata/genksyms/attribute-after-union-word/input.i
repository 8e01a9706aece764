union __attribute__((a)) __attribute__((b)) p { int a; };
union p v;
__GENKSYMS_EXPORT_SYMBOL(v);
