struct s { int a, (*f)(int), b; int g(int), h(long), i; } v, *w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
