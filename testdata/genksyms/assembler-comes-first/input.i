__asm__("nop");
struct s;
int p;
__GENKSYMS_EXPORT_SYMBOL(p);
