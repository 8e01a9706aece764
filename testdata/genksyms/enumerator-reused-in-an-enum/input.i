enum a { P };
enum b { P };
enum b v;
__GENKSYMS_EXPORT_SYMBOL(v);
