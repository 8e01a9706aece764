#define CAT(a, b) a ## b
#define CAT3(a, b, c) a ## b ## c
#define XCAT(a, b) CAT(a, b)
CAT(x, y) CAT(x, 1) CAT(1, x) CAT(., 5) CAT(<, <=) CAT(-, >) CAT(L, "s") CAT(, x) CAT(x, ) [CAT(,)]
CAT3(x,,y) E3 CAT3(,,y) CAT3(,x,) CAT(x y, z w) XCAT(CAT(a, b), c)
#define OBJECT a ## b ## 1
OBJECT
#define ab1 found
OBJECT
#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
char p[] = join(x, y);
#define SELF CAT(SE, LF)
SELF
#define EXPANDS(x) x CAT(x, x)
#define foo bar
EXPANDS(foo)
#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
