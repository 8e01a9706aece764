struct s { int a; _Static_assert(1, "x"); int b; } z;
__GENKSYMS_EXPORT_SYMBOL(z);
