int a[1 != 2 <<= 3 >>= 4 ++ 5 -- 6 ## 7 ... 8 .. 9 ! ? : % ^ & * - + = | ~ < > /];
__GENKSYMS_EXPORT_SYMBOL(a);
