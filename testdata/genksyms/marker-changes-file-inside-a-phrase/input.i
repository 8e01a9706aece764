# 1 "a.c"
int a[
# 30 "b.c"
3];
int b d;
