struct a { int b c; };
int f(int x y);
int v;
__GENKSYMS_EXPORT_SYMBOL(v);
struct z { int a; } ; @ int q;
