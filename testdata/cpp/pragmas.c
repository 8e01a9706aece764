#pragma GCC diagnostic push
#define DO(x) _Pragma(#x)
#define WARN(x) DO(GCC diagnostic ignored x)
int a; WARN("-Wall") int b; _Pragma("GCC diagnostic pop") int c;
#define ID(x) x
ID(_Pragma("GCC diagnostic pop") d) e
#pragma pack(push, 1)
#pragma GCC visibility push(hidden)
struct s { int x; };
