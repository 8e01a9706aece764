/* The interface between a small driver core and its modules. */

typedef unsigned int u32;

struct device_stats {
	u32 packets;
#ifdef WIDE_ERRORS
	unsigned long errors;
#else
	u32 errors;
#endif
};

struct device {
	const char *name;
	struct device_stats *stats;
	struct device *parent;
};

int device_register(struct device *dev);
u32 device_api_version(void);
