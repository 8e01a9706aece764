struct a { int b; };
int v;
struct a { int c; };
typedef int T;
long v2;
int v2;
__GENKSYMS_EXPORT_SYMBOL(v);
