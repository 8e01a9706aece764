int f(void) {

}
int a[
1
] = {
1,
};
int b d;
