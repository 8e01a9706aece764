typedef int T;
struct s { int T; T q; } ss;
__GENKSYMS_EXPORT_SYMBOL(ss);
