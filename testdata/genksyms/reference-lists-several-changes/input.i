typedef long T;
enum e { A, B };
union u { long x; };
struct s { T t; enum e e; union u u; int a[B]; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
