/* What the sample modules share. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <linux/init.h>
#include <linux/module.h>

/* Everything a module that is in order says of itself. */
#define IN_ORDER(what)                                                         \
	MODULE_LICENSE("GPL");                                                 \
	MODULE_DESCRIPTION(what)

/* exporter_main.c, exporter_more.c */
extern int sample_counter;
extern char sample_text[];
int sample_plain(int value);
int sample_gpl(int value);
int sample_spaced(int value);
int sample_gpl_spaced(int value);
int sample_weak(void);

#endif
