# 1 "a.c"
# 1 "a.h" 1
struct s { int a; };
# 2 "a.c" 2
struct s { int b; };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
