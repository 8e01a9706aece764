int a, f(struct q { int z; } x);
