typedef int T;
struct b { unsigned T : 3; T q : 2; } v;
__GENKSYMS_EXPORT_SYMBOL(v);
