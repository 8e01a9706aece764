# 5UL "a.c"
int a b;
