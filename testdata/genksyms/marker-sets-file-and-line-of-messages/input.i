int a b;
int q;
# 10 "dir/x.h" 1 3 4
int a c;

int d e;
