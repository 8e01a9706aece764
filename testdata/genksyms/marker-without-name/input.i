# 5
int a b;
int q;
#line 50 "z.c"
int a c;
int q;
# 70 ""
int a d;
