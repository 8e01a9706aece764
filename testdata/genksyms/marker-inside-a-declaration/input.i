int
# 5 "a.h"
a
#pragma once
;
__GENKSYMS_EXPORT_SYMBOL(a);
