typedef unsigned char u8;
struct s { int u8[3]; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
