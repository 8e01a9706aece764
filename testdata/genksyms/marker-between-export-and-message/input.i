# 1 "a.c"
__GENKSYMS_EXPORT_SYMBOL(nope);
# 40 "b.h"
__GENKSYMS_EXPORT_SYMBOL(nope2);
struct s;
int f(struct s *);

__GENKSYMS_EXPORT_SYMBOL(f);
