struct in { union { unsigned n; struct { unsigned long __kabi_renamed_zz; }; }; };
struct out { struct in *p; int q; };
union named { int a; int __kabi_renamed_w; };
struct thrice { union named a; union named b; union named *c; union named d[2]; };
