/* What the sample modules share. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <linux/init.h>
#include <linux/module.h>
#include <linux/version.h>

/* Everything a module that is in order says of itself. */
#define IN_ORDER(what)                                                         \
	MODULE_LICENSE("GPL");                                                 \
	MODULE_DESCRIPTION(what)

/* A namespace is a text from 6.13 on, and a word before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORT_IN(space, symbol) EXPORT_SYMBOL_NS(symbol, #space)
#define EXPORT_GPL_IN(space, symbol) EXPORT_SYMBOL_NS_GPL(symbol, #space)
#define IMPORT(space) MODULE_IMPORT_NS(#space)
#else
#define EXPORT_IN(space, symbol) EXPORT_SYMBOL_NS(symbol, space)
#define EXPORT_GPL_IN(space, symbol) EXPORT_SYMBOL_NS_GPL(symbol, space)
#define IMPORT(space) MODULE_IMPORT_NS(space)
#endif

/* exporter_main.c, exporter_more.c */
extern int sample_counter;
extern char sample_text[];
int sample_plain(int value);
int sample_gpl(int value);
int sample_spaced(int value);
int sample_gpl_spaced(int value);
int sample_weak(void);

#endif
