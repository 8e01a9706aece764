int a, *p, f(int), b;
