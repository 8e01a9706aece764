typedef int T;
struct x { int a; };
void sh(struct x T, int b);
__GENKSYMS_EXPORT_SYMBOL(sh);
