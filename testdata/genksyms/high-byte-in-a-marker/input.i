# 1 "é.c"
int a b;
