#include "types.h"
struct in i1;
struct out o1;
void f(struct in *p, int q) {}
struct thrice t1;
