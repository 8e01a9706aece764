int a;
__GENKSYMS_EXPORT_SYMBOL(a);
# 1 "x.c"