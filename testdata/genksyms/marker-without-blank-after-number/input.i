# 5"a.c"
int a b;
int q;
#5 "b.c"
int d e;
