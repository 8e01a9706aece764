int kr(a) int a; { return a; }
int after;
int more;
__GENKSYMS_EXPORT_SYMBOL(after);
__GENKSYMS_EXPORT_SYMBOL(more);
__GENKSYMS_EXPORT_SYMBOL(kr);
