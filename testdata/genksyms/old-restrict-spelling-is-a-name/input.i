char *_restrict;
__GENKSYMS_EXPORT_SYMBOL(_restrict);
