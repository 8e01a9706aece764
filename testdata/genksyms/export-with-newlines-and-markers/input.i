int a;
__GENKSYMS_EXPORT_SYMBOL
(
# 1 "x"
a
)
;
