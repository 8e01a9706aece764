int __seg_gs a;
__seg_fs int *b;
int *__seg_gs d;
int e;
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(b);
__GENKSYMS_EXPORT_SYMBOL(d);
__GENKSYMS_EXPORT_SYMBOL(e);
