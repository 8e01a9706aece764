int x;
typeof x y; int f(int);
int z;
__GENKSYMS_EXPORT_SYMBOL(y);
__GENKSYMS_EXPORT_SYMBOL(z);
