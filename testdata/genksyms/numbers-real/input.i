int a[1.][.5][1e5][1.5e-3f][1.0L][1.0fl][0x1.8p3][1e][1.e+2][.e1][1..2][5.f];
__GENKSYMS_EXPORT_SYMBOL(a);
