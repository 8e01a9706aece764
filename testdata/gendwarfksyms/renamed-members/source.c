#include "types.h"
struct out o1;
struct in i1;
struct thrice t1;
void f(struct in *p, int q) {}
