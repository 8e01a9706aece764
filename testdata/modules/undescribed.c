/* Has no description. */
#include "sample.h"

MODULE_LICENSE("Dual BSD/GPL");
