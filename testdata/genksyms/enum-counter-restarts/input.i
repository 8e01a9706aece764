enum a { A, B };
enum b { D, E = 9, F };
enum d { G, H };
int v[B + F + G + H];
__GENKSYMS_EXPORT_SYMBOL(v);
