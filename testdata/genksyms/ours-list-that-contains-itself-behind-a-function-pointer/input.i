int a, (*f)(void), b;
