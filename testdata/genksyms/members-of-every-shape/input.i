struct s { int a, *b, c[2]; int (*f)(int x), g(long); struct { int p; union { int q; char r; }; } t; union { int u; }; ; int; const; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
