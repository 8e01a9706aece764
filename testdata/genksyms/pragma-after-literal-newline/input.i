char a["x
# 1 \"y\"
"];
int b d;
__GENKSYMS_EXPORT_SYMBOL(a);
