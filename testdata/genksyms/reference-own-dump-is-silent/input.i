typedef unsigned int u32;
enum e { A, B = 4, D };
struct s { u32 a[D]; struct s *n; union { int x; } y; enum e e; };
extern int f(struct s *, struct q *);
__GENKSYMS_EXPORT_SYMBOL(f);
