int f(int *, int **, int [3], int (*)(void), int (*[2])(int), int (), int ((*))(char), int *const *);
__GENKSYMS_EXPORT_SYMBOL(f);
