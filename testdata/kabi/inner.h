struct in { union { unsigned n; struct { unsigned long __kabi_renamed_zz; }; }; };
struct out { struct in *p; };
