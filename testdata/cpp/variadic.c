#define f(x, ...) [x, ## __VA_ARGS__]
f(a) f(a,) f(a,b) f() f(a,b,c) f(a, , b)
#define g(...) [x, ## __VA_ARGS__]
g() g(a) g(,)
#define h(x...) [x, ## x]
h() h(1)
#define i(x, y...) x(y)
i(a, 1, 2) i(a)
#define debug(...) fprintf(stderr, __VA_ARGS__)
#define showlist(...) puts(#__VA_ARGS__)
#define report(test, ...) ((test) ? puts(#test) : printf(__VA_ARGS__))
debug("Flag"); debug("X = %d\n", x); showlist(The first, second, and third items.);
report(x>y, "x is %d but y is %d", x, y);
#define COUNT(...) COUNT_(, ##__VA_ARGS__, 3, 2, 1, 0)
#define COUNT_(_, a, b, c, n, ...) n
COUNT() COUNT(x) COUNT(x, y) COUNT(x, y, z)
#define EMPTY
f(EMPTY) f(a, EMPTY) f(EMPTY, EMPTY)
