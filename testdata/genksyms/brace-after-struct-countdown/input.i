struct s { int a; };
int f(struct s *p) { return 0; }
struct s g(void) { int x; }
int h;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(g);
__GENKSYMS_EXPORT_SYMBOL(h);
