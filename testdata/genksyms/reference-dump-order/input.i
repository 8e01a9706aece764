struct a { int x; };
struct b { struct a *a; };
int w;
struct b v;
__GENKSYMS_EXPORT_SYMBOL(w);
__GENKSYMS_EXPORT_SYMBOL(v);
