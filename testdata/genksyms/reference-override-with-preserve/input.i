struct s { long a; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
