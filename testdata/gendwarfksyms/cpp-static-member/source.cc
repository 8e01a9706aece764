struct S { static int a; int b; };
int S::a;
S x;
