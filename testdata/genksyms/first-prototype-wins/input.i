int f();
int f(int);
int f(int a) { return a; }
__GENKSYMS_EXPORT_SYMBOL(f);
