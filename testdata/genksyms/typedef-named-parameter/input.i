typedef int T;
void sh(T T);
__GENKSYMS_EXPORT_SYMBOL(sh);
