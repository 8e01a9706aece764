/* Stands in for the kernel's header: what lives only while a module begins or ends. */
#ifndef MACHINES_LINUX_INIT_H
#define MACHINES_LINUX_INIT_H

#define __init __attribute__((section(".init.text"), cold))
#define __exit __attribute__((section(".exit.text"), cold, used))
#define __ref __attribute__((section(".ref.text"), __noinline__))
#define __initdata __attribute__((section(".init.data")))
#define __exitdata __attribute__((section(".exit.data")))
#define __initconst __attribute__((section(".init.rodata")))
#define __refdata __attribute__((section(".ref.data")))

#endif
