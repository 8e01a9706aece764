struct s { enum { A = 2 } e; int b[A]; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
