enum { A = 7 };
typeof(A) v;
__GENKSYMS_EXPORT_SYMBOL(v);
