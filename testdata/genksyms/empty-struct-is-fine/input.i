struct s { };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
struct { } w;
__GENKSYMS_EXPORT_SYMBOL(w);
