extern struct later *x;
__GENKSYMS_EXPORT_SYMBOL(x);
struct later { int a; };
extern struct later y;
__GENKSYMS_EXPORT_SYMBOL(y);
struct again { int a; };
struct again { int b; };
extern struct again z;
__GENKSYMS_EXPORT_SYMBOL(z);
