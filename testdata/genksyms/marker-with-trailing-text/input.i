# 5 "a.c" 1 2 3 "b.c" rest
int a b;
