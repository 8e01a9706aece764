enum { P };
struct P { int a; };
struct P v;
__GENKSYMS_EXPORT_SYMBOL(v);
struct s { int P; } w;
__GENKSYMS_EXPORT_SYMBOL(w);
int f(int P);
__GENKSYMS_EXPORT_SYMBOL(f);
