int a;
__GENKSYMS_EXPORT_SYMBOL(a);
struct s { int é; };
