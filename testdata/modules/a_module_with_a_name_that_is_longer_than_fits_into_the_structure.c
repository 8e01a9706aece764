/* The name says it. */
#include "sample.h"

IN_ORDER("has a long name");
