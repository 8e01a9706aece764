enum { W = 3 };
struct b { unsigned a : W, b : (W + 1), : 0; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
