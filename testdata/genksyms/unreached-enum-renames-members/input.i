static enum { count } unused;
struct s { int count; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
