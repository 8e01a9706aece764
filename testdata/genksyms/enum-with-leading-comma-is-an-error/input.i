enum e { , A };
int a;
__GENKSYMS_EXPORT_SYMBOL(a);
