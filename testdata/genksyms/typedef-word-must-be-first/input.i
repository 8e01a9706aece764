const typedef int A;
int typedef B;
typedef int const D;
D v;
__GENKSYMS_EXPORT_SYMBOL(v);
