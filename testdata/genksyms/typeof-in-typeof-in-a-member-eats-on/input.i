int n;
union { typeof(typeof); };
__GENKSYMS_EXPORT_SYMBOL(n);
