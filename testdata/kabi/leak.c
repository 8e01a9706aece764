#include "kabi.h"
#include "inner.h"
struct out o1;
EXPORT(o1);
struct in i1;
EXPORT(i1);
