int a[ι ÿ];
int f(void) { ι }
int b __attribute__((€)) = ικ;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(f);
