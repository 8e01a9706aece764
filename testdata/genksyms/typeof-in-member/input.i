int x;
struct s { typeof(x) a; typeof(char *) b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
