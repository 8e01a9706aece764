struct a { int x; };
int f(struct a *);
