# 1 "a.c"
# 1 "a.h" 1
struct s { int a; };
static inline int f(void) { return 0; }
