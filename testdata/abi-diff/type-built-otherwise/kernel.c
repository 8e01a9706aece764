// What old/vmlinux and, with NEW defined, new/vmlinux are the BTF of (gcc -gbtf).
#ifndef __GENKSYMS__
#define __GENKSYMS_EXPORT_SYMBOL(symbol) long symbol##_exported
#endif

struct pump {
	char state;
	int level;
#if defined(NEW) && !defined(__GENKSYMS__)
	long hours;
#endif
};

int pump_start(struct pump *pump)
{
	return pump->level;
}
__GENKSYMS_EXPORT_SYMBOL(pump_start);
