#	5	"a.c"
int a b;
int q;
 # 9 "b.c"
int d;
int e;
__GENKSYMS_EXPORT_SYMBOL(e);
