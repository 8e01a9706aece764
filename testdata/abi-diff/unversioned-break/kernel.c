// What old/vmlinux and, with NEW defined, new/vmlinux are the BTF of (gcc -gbtf), of a kernel without
// CONFIG_MODVERSIONS.
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
