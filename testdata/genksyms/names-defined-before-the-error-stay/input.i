int foo bar;
int ok;
__GENKSYMS_EXPORT_SYMBOL(foo);
__GENKSYMS_EXPORT_SYMBOL(ok);
