struct s { __extension__ union { int a; }; int b; } v;
__GENKSYMS_EXPORT_SYMBOL(s);
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(b);
