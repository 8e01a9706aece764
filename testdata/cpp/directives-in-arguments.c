#define ID(x) x
#define TWO(x, y) x y
ID(a
#ifdef ID
b
#else
c
#endif
d)
TWO(1
#define LATE late
, LATE
#undef LATE
LATE)
ID
#if 1
(called)
#endif
ID
#ifdef NOT
(
#endif
not_called
