enum { E ; enum s n ; }
__GENKSYMS_EXPORT_SYMBOL(n);
enum { P ;
__GENKSYMS_EXPORT_SYMBOL(P);
