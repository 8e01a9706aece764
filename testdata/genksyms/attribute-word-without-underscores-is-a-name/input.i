int attribute;
__GENKSYMS_EXPORT_SYMBOL(attribute);
