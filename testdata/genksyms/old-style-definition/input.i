int kr(a, b) int a; char b; { return a; }
int after;
__GENKSYMS_EXPORT_SYMBOL(after);
__GENKSYMS_EXPORT_SYMBOL(kr);
__GENKSYMS_EXPORT_SYMBOL(b);
