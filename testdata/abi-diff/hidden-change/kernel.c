// What old/vmlinux and, with NEW defined, new/vmlinux are the BTF of (gcc -gbtf). The export's own
// file knows the struct by its name only.
struct pump;

#ifdef __GENKSYMS__
int pump_start(struct pump *pump);
__GENKSYMS_EXPORT_SYMBOL(pump_start);
#else
struct pump {
	char state;
	int level;
#ifdef NEW
	long hours;
#endif
};

long hours;

int pump_start(struct pump *pump)
{
	return pump->level;
}
#endif
