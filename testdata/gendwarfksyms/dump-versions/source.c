#include "types.h"
struct priv { int a; };
enum { SECRET = 3 } v15;
int f1(void) { return 0; }
int f7() { return 0; }
void f2(int a, const char *b, ...) {}
struct hdr *f3(struct hdr *h) { return h; }
enum he f4(void) { return HB; }
void f6(int (*cb)(struct hdr *, void *), const volatile int *restrict p) {}
static int f8(int named) { return named; }
struct bits v1;
anon_td v2;
int v4[3][4];
struct flex v5;
struct priv *v7;
union hu v8;
struct al v9;
inner_t v10;
_Atomic int v11;
_Complex double v12;
__int128 v13;
_Bool v14;
extern int decl_only(char), unused(int);
int f9(void) { return decl_only(1) + f8(2); }
