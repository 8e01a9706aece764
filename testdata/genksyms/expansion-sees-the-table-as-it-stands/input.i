typedef struct s T;
struct q { T *p; };
struct q a;
__GENKSYMS_EXPORT_SYMBOL(a);
struct s { int x; };
struct q b;
__GENKSYMS_EXPORT_SYMBOL(b);
