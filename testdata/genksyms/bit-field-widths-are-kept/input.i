struct b { unsigned a:3, :5, c:2; };
struct b bb;
__GENKSYMS_EXPORT_SYMBOL(bb);
