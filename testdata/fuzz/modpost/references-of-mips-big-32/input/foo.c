/* text */ int a = "x\"y"; // more
#define A \
 b
