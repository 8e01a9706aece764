/* Stands in for the kernel's header: what the kernel's header of device tables needs. */
#ifndef MACHINES_LINUX_TYPES_H
#define MACHINES_LINUX_TYPES_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

#define BITS_PER_LONG (8 * __SIZEOF_LONG__)

#endif
