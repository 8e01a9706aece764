# 1 "a.h"
int a;
struct s { int b;
};
struct s v w;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(v);
