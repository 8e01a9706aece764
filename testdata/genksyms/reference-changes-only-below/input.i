struct a { long x; };
struct b { struct a *a; };
struct b v;
__GENKSYMS_EXPORT_SYMBOL(v);
int w;
__GENKSYMS_EXPORT_SYMBOL(w);
