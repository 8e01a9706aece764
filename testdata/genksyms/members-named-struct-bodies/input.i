struct o { struct i { int a; } m; enum k { KA, KB } e; union w *p; };
struct o v;
__GENKSYMS_EXPORT_SYMBOL(v);
struct i x;
__GENKSYMS_EXPORT_SYMBOL(x);
