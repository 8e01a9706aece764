struct s { int a; };
int f(struct s *, struct u *);
__GENKSYMS_EXPORT_SYMBOL(f);
