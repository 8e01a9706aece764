int f(void) { {
