struct s { int a; };
typeof(struct s) v;
typeof(struct s *) *p;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(p);
