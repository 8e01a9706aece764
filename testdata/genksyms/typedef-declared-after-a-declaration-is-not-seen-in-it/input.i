typeof(late) n;typedef late;
__GENKSYMS_EXPORT_SYMBOL(n);
