int foo bar;
__GENKSYMS_EXPORT_SYMBOL(nope);
struct s { int a; };
struct s { int b; };
int g(struct u *);
__GENKSYMS_EXPORT_SYMBOL(g);
