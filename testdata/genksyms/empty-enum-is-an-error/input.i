enum e { };
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
enum e v;
__GENKSYMS_EXPORT_SYMBOL(v);
