int a; # 5 "x"
int b;
int d;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(d);
