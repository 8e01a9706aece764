struct s { long a; };
struct s v;
struct s *w;
int x;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
__GENKSYMS_EXPORT_SYMBOL(x);
__GENKSYMS_EXPORT_SYMBOL(v);
