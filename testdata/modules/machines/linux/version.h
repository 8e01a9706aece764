/* Stands in for the kernel's header; LINUX_VERSION_CODE is given to the compiler. */
#define KERNEL_VERSION(major, minor, patch) (((major) << 16) + ((minor) << 8) + (patch))
