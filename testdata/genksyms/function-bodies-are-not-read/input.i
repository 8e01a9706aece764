int f(void) { struct in { int a; }; char *s = "}"; if (s) { return '}'; } return 0; }
int g;
struct in *p;
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(g);
__GENKSYMS_EXPORT_SYMBOL(p);
