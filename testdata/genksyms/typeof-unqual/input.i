int x;
typeof_unqual(x) y;
__typeof_unqual__(int) z;
__typeof_unqual(x) w;
int last;
__GENKSYMS_EXPORT_SYMBOL(y);
__GENKSYMS_EXPORT_SYMBOL(z);
__GENKSYMS_EXPORT_SYMBOL(w);
__GENKSYMS_EXPORT_SYMBOL(last);
