int a \
;
int b;
__GENKSYMS_EXPORT_SYMBOL(b);
