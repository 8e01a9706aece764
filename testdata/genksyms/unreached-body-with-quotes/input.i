#define x "
int f(void) {
# 7 "b.h"
'"' "\"" '\'' 
}
int v w;
int q;
__GENKSYMS_EXPORT_SYMBOL(q);
