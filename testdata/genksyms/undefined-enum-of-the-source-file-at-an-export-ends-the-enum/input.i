# 9 "a.c"
enum s { E } n;
__GENKSYMS_EXPORT_SYMBOL(n);
enum { P ;
__GENKSYMS_EXPORT_SYMBOL(P);
