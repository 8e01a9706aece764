# 99999999999 "a.c"
int a b;
int q;
# 4294967297 "b.c"
int a d;
