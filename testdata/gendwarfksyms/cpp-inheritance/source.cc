struct A { int a; };
struct B : A { int b; };
B x;
