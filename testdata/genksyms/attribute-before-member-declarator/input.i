struct s { __attribute__((p)) int a; int __attribute__((q)) b; int *__attribute__((r)) c; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
