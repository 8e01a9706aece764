/* Stands in for the kernel's header where there is none for the machine: the marks that modpost
 * reads, in our own words. */
#ifndef MACHINES_LINUX_MODULE_H
#define MACHINES_LINUX_MODULE_H

#include <linux/init.h>
#include <linux/version.h>

#define noinline __attribute__((__noinline__))

#define JOINED_(one, other) one##other
#define JOINED(one, other) JOINED_(one, other)
#define TEXT_(text) #text
#define TEXT(text) TEXT_(text)

#if __SIZEOF_POINTER__ == 8
#define ADDRESS ".quad "
#else
#define ADDRESS ".long "
#endif

/* What a module says of itself. */
#define MODULE_INFO(tag, info)                                                 \
	static const char JOINED(module_info_, __COUNTER__)[]                  \
		__attribute__((used, section(".modinfo"), aligned(1))) = #tag "=" info

#define MODULE_LICENSE(text) MODULE_INFO(license, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_AUTHOR(text) MODULE_INFO(author, text)
#define MODULE_VERSION(text) MODULE_INFO(version, text)
#define MODULE_ALIAS(text) MODULE_INFO(alias, text)
#define MODULE_PARM_DESC(name, text) MODULE_INFO(parm, #name ":" text)
#define MODULE_IMPORT_NS(space) MODULE_INFO(import_ns, #space)

#define MODULE_DEVICE_TABLE(type, name)                                        \
	extern typeof(name) __mod_##type##__##name##_device_table              \
		__attribute__((unused, alias(#name)))

#define module_init(function)                                                  \
	int init_module(void) __attribute__((alias(#function)))
#define module_exit(function)                                                  \
	void cleanup_module(void) __attribute__((alias(#function)))

/* What it exports. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define EXPORTED(symbol, gpl, license, space)                                  \
	asm("	.section \".export_symbol\", \"a\"\n"                          \
	    "__export_symbol_" #symbol ":\n"                                   \
	    "	.asciz \"" license "\"\n"                                      \
	    "	.asciz \"" space "\"\n"                                        \
	    "	.balign " TEXT(__SIZEOF_POINTER__) "\n"                        \
	    "	" ADDRESS #symbol "\n"                                         \
	    "	.previous\n")
#else
#define EXPORTED(symbol, gpl, license, space)                                  \
	asm("	.section \"___ksymtab" gpl "+" #symbol "\", \"a\"\n"           \
	    "	.balign " TEXT(__SIZEOF_POINTER__) "\n"                        \
	    "__ksymtab_" #symbol ":\n"                                         \
	    "	" ADDRESS #symbol "\n"                                         \
	    "	" ADDRESS "__kstrtab_" #symbol "\n"                            \
	    "	" ADDRESS "__kstrtabns_" #symbol "\n"                          \
	    "	.section \"__ksymtab_strings\", \"aMS\", %progbits, 1\n"       \
	    "__kstrtab_" #symbol ":\n"                                         \
	    "	.asciz \"" #symbol "\"\n"                                      \
	    "__kstrtabns_" #symbol ":\n"                                       \
	    "	.asciz \"" space "\"\n"                                        \
	    "	.previous\n")
#endif

#define EXPORT_SYMBOL(symbol) EXPORTED(symbol, "", "", "")
#define EXPORT_SYMBOL_GPL(symbol) EXPORTED(symbol, "_gpl", "GPL", "")
#define EXPORT_SYMBOL_NS(symbol, space) EXPORTED(symbol, "", "", #space)
#define EXPORT_SYMBOL_NS_GPL(symbol, space) EXPORTED(symbol, "_gpl", "GPL", #space)

/* The one function of the kernel that the samples call. */
extern void schedule(void);

#endif
