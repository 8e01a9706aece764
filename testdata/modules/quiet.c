/* Has nothing but its licence and description. */
#include "sample.h"

IN_ORDER("does nothing");
MODULE_AUTHOR("Nobody");
