/* Stands in for the kernel's header: numbers of 16 bytes. */
#ifndef MACHINES_LINUX_UUID_H
#define MACHINES_LINUX_UUID_H

#include <linux/types.h>

#define UUID_STRING_LEN 36

typedef struct {
	__u8 b[16];
} guid_t, uuid_t, uuid_le;

#endif
