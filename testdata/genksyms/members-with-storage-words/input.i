struct s { static int a; extern int b; register int c; } v;
extern int w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
