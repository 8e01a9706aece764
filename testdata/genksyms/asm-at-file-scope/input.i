asm("nop");
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
