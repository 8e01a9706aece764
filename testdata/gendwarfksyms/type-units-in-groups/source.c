#include "types.h"

struct one *v1;
struct one v2;
int v3;
int f1(struct two *p) { return p->a; }
