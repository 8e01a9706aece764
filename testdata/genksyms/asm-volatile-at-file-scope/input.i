asm volatile ("nop" : : "r"(1));
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
