# 0 "a.c"
int a b;
