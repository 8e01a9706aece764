#define BEGIN {
#define END }
#define BODY(x) { return x; }
#define DO(name) static int name(void)
#define ALIGNED __attribute__((aligned(8)))
struct s { int a; struct { int b; }; };
struct s f(int a) { return (struct s){ .a = a }; }
struct ALIGNED t { int x; } ALIGNED;
struct t *g(struct { int c; } *p) { if (p) { while (1) { } } return 0; }
int array[] = { 1, 2, 3 };
int (*table[])(void) = { 0 };
DO(h) { return 1; }
int i(void) BODY(2)
int j(void) { BEGIN return 3; END }
int k(void) {
#ifdef BEGIN
	if (1) {
#else
	if (2) {
#endif
		return 4;
	}
#define IN_BODY 5
	return IN_BODY;
}
int l = IN_BODY;
enum e { A, B = 1, };
enum { C } m(void) { return C; }
typeof(({ int n; n; })) o;
union u { int p; } q(union u r) { return r; }
int old(a) int a; { return a; }
struct __attribute__((packed)) v w(void) { struct v x = { 1 }; return x; }
static __attribute__((noinline)) int y(void) { return '}' + "}"[0]; /* } */ }
asm("nop" : : : "memory");
extern struct { int z; } zz __attribute__((weak));
