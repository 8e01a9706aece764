extern int a;
int a;
int f(int x);
int f(int y);
struct s { int a; };
struct s { int a; };
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(f);
