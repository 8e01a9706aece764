#pragma GCC foo { " '
#ident "x"
#
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
