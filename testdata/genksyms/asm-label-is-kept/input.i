extern int al(int) __asm__("real_al") __attribute__((nothrow));
__GENKSYMS_EXPORT_SYMBOL(al);
