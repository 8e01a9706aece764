/* nothing */
#include "foo.h"
int work(void) { return 1; }
