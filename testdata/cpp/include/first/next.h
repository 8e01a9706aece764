first
#include_next <next.h>
first again
