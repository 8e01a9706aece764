# 1 "a.c"
# 1 "a.h" 1
extern int a, f(int x, int y);
# 2 "a.c" 2
int b;
__GENKSYMS_EXPORT_SYMBOL(b);
