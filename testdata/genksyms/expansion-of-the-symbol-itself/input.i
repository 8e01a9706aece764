int f(int a[sizeof(f)]);
struct v { int v; } v;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(v);
