#include "kabi.h"
RULE("byte_size", "grown", "12");
RULE("byte_size", "grown", "4");
struct hidden one;
EXPORT(one);
struct grown two;
EXPORT(two);
