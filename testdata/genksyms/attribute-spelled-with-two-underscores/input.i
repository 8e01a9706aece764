int __attribute((x)) a;
__GENKSYMS_EXPORT_SYMBOL(a);
