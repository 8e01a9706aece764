int a; /* x */ int b;
int d; // y
int e;
int f;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(f);
