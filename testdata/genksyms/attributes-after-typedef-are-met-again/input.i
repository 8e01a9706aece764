__extension__ typedef __attribute__((packed)) struct s;
__extension__ typedef __attribute__((packed)) struct s *t();
t p;
__GENKSYMS_EXPORT_SYMBOL(p);
