typedef int T;
void sh(int *T, T *T);
__GENKSYMS_EXPORT_SYMBOL(sh);
