enum { A = 1 };
typedef int A;
A v;
__GENKSYMS_EXPORT_SYMBOL(v);
