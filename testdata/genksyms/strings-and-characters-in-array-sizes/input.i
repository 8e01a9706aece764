int a["a\"b\\"]['\''][L"w"][L'c']['ab'][""];
__GENKSYMS_EXPORT_SYMBOL(a);
