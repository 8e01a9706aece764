int f(int (int)(long), int b);
int g(int a(int)(long));
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(g);
