int a, f(int (*g)(long));
