int a = ({ int b; b; }), c = { 1, 2 };
int d;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(c);
__GENKSYMS_EXPORT_SYMBOL(d);
