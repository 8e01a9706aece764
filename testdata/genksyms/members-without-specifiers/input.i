struct s { a; *b; c : 3; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
