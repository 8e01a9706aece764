int f(int);
int a[3];
typeof(f(a[1])) v;
__GENKSYMS_EXPORT_SYMBOL(v);
