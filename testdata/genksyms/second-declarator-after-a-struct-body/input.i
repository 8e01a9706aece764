struct s { int a; char b; } v, *w, x[2];
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
__GENKSYMS_EXPORT_SYMBOL(x);
