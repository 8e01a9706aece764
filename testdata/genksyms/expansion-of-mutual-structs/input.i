struct a { struct b *p; };
struct b { struct a *p; };
struct a v;
struct b w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
