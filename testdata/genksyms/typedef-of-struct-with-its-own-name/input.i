typedef struct T T;
struct T { T *next; };
T v;
__GENKSYMS_EXPORT_SYMBOL(v);
