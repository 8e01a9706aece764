# 1 "a.c"
struct s { int a; };
enum e { A, B };
struct s v;
__GENKSYMS_EXPORT_SYMBOL(v);
