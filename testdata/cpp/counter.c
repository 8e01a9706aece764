#define CAT_(a, b) a ## b
#define CAT(a, b) CAT_(a, b)
#define UNIQUE(x) CAT(x, __COUNTER__)
int UNIQUE(a), UNIQUE(a), UNIQUE(UNIQUE(b));
#define TWO(x) x x
TWO(__COUNTER__) TWO(UNIQUE(c))
static inline int counts(void) { int UNIQUE(d); { return 0; } }
int UNIQUE(e);
