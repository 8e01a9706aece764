char *restrict a;
char *__restrict b;
char *__restrict__ d;
int f(char *restrict p, restrict q);
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(d);
__GENKSYMS_EXPORT_SYMBOL(f);
