struct s { union s *p; int a; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
