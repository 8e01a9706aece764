# 5 "a\b.c"
int a b;
int q;
# 6 "x\"y.c"
int a b;
