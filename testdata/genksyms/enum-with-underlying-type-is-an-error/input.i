enum e : int { A };
enum e x;
__GENKSYMS_EXPORT_SYMBOL(x);
