int a = 1, b[] = { 1, 2 }, *d = &a, e = sizeof(struct q { int z; });
struct q f;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(d);
__GENKSYMS_EXPORT_SYMBOL(e);
__GENKSYMS_EXPORT_SYMBOL(f);
