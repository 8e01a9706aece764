#include "kabi.h"
RULE("byte_size", "grown", "6");
struct grown three;
EXPORT(three);
