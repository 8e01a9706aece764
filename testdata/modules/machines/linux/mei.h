/* Stands in for the kernel's header, of which only the numbers of 16 bytes are needed. */
#include <linux/uuid.h>
