# 1 "foo.c"
struct
# 1 "foo.h"
a { int x; };
struct b
# 5 "foo.c"
{ int y; };
struct a v;
struct b w;
__GENKSYMS_EXPORT_SYMBOL(v);
__GENKSYMS_EXPORT_SYMBOL(w);
