#line 1 "types.h"
struct one { int a; };
struct two { struct one o; union three { int i; float f; } *t; };
typedef struct two two_t;
enum four { A, B } first;
two_t second;
struct one *third(enum four f) { return 0; }
