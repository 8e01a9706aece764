int f(struct a *, union b *, enum e);
__GENKSYMS_EXPORT_SYMBOL(f);
