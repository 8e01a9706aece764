struct s;
struct s *v;
__GENKSYMS_EXPORT_SYMBOL(v);
