enum e { A, B, C = 5, D, E_ = A + 2, F };
enum e ev;
__GENKSYMS_EXPORT_SYMBOL(ev);
