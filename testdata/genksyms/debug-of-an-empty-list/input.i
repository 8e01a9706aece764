int kr(a) int a; { }
v;
f() { }
__GENKSYMS_EXPORT_SYMBOL(f);
