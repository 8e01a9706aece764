typedef unsigned int u32;
struct x { int a; };
struct s { struct x u32; int b; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
