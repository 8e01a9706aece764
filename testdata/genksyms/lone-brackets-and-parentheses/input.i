[ int a; ]
int b;
( int d );
int e;
) int f;
int g;
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(d);
__GENKSYMS_EXPORT_SYMBOL(e);
__GENKSYMS_EXPORT_SYMBOL(g);
