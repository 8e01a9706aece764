int f(int a[], char b[3][4], const char *argv[static 2]);
__GENKSYMS_EXPORT_SYMBOL(f);
