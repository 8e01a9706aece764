int a[u8"x" U"y" u'z' "a" "b"];
__GENKSYMS_EXPORT_SYMBOL(a);
