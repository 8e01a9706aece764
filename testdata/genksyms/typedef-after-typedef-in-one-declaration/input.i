typedef int A;
typedef int B;
typedef A B;
B v;
__GENKSYMS_EXPORT_SYMBOL(v);
