#line 1 "types.h"
int f(struct proto { int a; struct in_proto { int b; enum how { ONE, TWO } how; } in; } *p) { return p->in.b; }
int g(struct only_declared *p) { return !p; }
void (*h)(struct of_pointer *p);
