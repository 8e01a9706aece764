typeof(int (*)(void)) e;
__GENKSYMS_EXPORT_SYMBOL(e);
