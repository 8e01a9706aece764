struct A { int a; };
int A::*x;
