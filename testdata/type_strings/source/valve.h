/* Types of two kernels: the one before, and with NEW the one after. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

struct bolt {
	u32 length;
#ifdef NEW
	u8 is_loose;		/* in padding */
#endif
	struct bolt *next;
};

struct pipe {
	u32 width;
#ifdef NEW
	u64 pressure;		/* moves what follows */
#endif
	struct bolt bolts[2];
	u32 is_open : 1;
#ifdef NEW
	u32 is_hot : 2;
#endif
	u32 is_full : 1;
#ifndef NEW
	u8 colour;		/* is gone */
#endif
};

enum state {
	OPEN,
#ifdef NEW
	HALF,
#endif
	CLOSED,
	BROKEN = -1,
};

struct gauge {
	u8 low;
#ifdef NEW
	int value __attribute__((aligned(16)));
#else
	int value;
#endif
};

/* The slot is used, and --stable hides that. */
struct tap {
	u32 turns;
#ifdef NEW
	union {
		struct {
			u64 drops;
		};
		struct {
			u64 __kabi_reserved1;
		};
	};
#else
	u64 __kabi_reserved1;
#endif
};

union scale {
	u32 bar;
	float psi;
	struct {
		u8 low, high;
	};
#ifdef NEW
	u64 pascal;
#endif
};

struct valve_ops {
	int (*open)(struct pipe *pipe, enum state state);
#ifdef NEW
	void (*close)(struct pipe *pipe, u32 flags);
#else
	void (*close)(struct pipe *pipe);
#endif
};

#ifdef NEW
typedef u64 amount_t;
#else
typedef u32 amount_t;
#endif
