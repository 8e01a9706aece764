struct s { int (*f)(int)(long); int g(int)(long); } v;
int h(int)(long);
int i(int (*)(int)(long));
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(h);
__GENKSYMS_EXPORT_SYMBOL(i);
