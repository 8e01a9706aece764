int v;
struct s { int a; __GENKSYMS_EXPORT_SYMBOL(v); int b; } w;
int x;
__GENKSYMS_EXPORT_SYMBOL(w);
__GENKSYMS_EXPORT_SYMBOL(x);
