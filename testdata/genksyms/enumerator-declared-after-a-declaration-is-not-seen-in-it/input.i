enum { E } __attribute(((LATE))) (n);__attribute() enum { LATE;
__GENKSYMS_EXPORT_SYMBOL(n);
