# 1 "foo.c"
# 1 "foo.h" 1
struct o {
# 3 "foo.c"
struct i { int a; } m;
# 2 "foo.h"
};
# 9 "foo.c" 2
struct o v;
__GENKSYMS_EXPORT_SYMBOL(v);
