int f(int a = 3);
int g;
__GENKSYMS_EXPORT_SYMBOL(g);
