typedef int T;
struct s { T a; };
extern int e(struct s *);
enum { A, B = 3, D };
union u { int a; };
int v[A];
__GENKSYMS_EXPORT_SYMBOL(v);
