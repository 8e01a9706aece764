/* Exports two functions: one whose types reach struct device_stats, and one whose do not. */

#include "device.h"

/* As <linux/export.h> has it: a mark for genksyms, and one in the object for modpost. */
#ifdef __GENKSYMS__
#define EXPORT_SYMBOL(name) __GENKSYMS_EXPORT_SYMBOL(name)
#else
#define EXPORT_SYMBOL(name) \
	asm(".pushsection .export_symbol, \"a\"\n" \
	    "__export_symbol_" #name ":\n" \
	    ".asciz \"\"\n" \
	    ".asciz \"\"\n" \
	    ".balign 8\n" \
	    ".dc.a " #name "\n" \
	    ".popsection")
#define MODULE_INFO(tag, value) \
	static const char modinfo_##tag[] __attribute__((section(".modinfo"), used)) = #tag "=" value
MODULE_INFO(license, "GPL");
#endif

int device_register(struct device *dev)
{
	dev->stats->errors = 0;
	return 0;
}
EXPORT_SYMBOL(device_register);

u32 device_api_version(void)
{
	return 1;
}
EXPORT_SYMBOL(device_api_version);
