# 010 "a.c"
int a b;
int q;
# 0x10 "b.c"
int a c;
