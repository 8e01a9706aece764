#include "tank.h"
struct priv { int a; };
struct hdr *f1(struct hdr *h, enum he e, anon_td *t) { return h; }
union hu *f2(struct bits *b, struct ops *o, struct al *al) { return 0; }
struct priv *v7; int v4[3][4]; anon_td v2;
void f6(int(*cb)(struct hdr*,void*), const volatile int*restrict p) {}
struct resv rv; struct s3 s; union ign ig; union ign *igp;
union ign igf(union ign x, int (*f)(union ign *)) { return x; }
struct { int q; enum { X1, X2 } e; } anon_v; _Bool bo; __int128 i1; double _Complex cd; _Atomic int at; u64 u; void (*fp)(void);
