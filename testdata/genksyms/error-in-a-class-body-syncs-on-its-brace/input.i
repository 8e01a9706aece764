struct s { int a; int (; int c }; int d;
struct s v;
int e;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(e);
