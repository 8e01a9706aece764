# 1 "foo.c"
enum e { A = 3, B };
enum e v;
int w[B];
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
