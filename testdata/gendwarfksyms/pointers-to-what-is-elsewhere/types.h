struct hdr { int a; struct hdr *next; };
enum he { HA, HB = 5, HC = -1 };
struct bits { unsigned a : 3; int b : 5; unsigned long c : 40; };
typedef struct { int x; } anon_td;
struct flex { int n; char data[]; };
union hu { int i; float f; };
struct al { char c; int v __attribute__((aligned(16))); } __attribute__((packed));
struct inner { enum he e; union { int x; struct { char y, z; }; }; void (*call)(struct inner *, ...); };
typedef struct inner inner_t;
