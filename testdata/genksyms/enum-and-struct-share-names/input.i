struct s { int a; };
enum s { A };
enum s u;
__GENKSYMS_EXPORT_SYMBOL(u);
