int f(int), g(long);
