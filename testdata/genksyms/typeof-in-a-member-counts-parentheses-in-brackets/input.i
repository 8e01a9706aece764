int n, m;
struct { typeof([(]); };
__GENKSYMS_EXPORT_SYMBOL(n);
int k;
__GENKSYMS_EXPORT_SYMBOL(k);
