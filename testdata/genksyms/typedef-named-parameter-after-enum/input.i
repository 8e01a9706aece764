typedef int T;
enum e { A };
void sh(enum e T);
__GENKSYMS_EXPORT_SYMBOL(sh);
