a, f(int);
