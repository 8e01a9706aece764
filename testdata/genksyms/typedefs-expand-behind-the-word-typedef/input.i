typedef unsigned int u32;
typedef u32 my_t;
my_t v;
__GENKSYMS_EXPORT_SYMBOL(v);
