/* What stands beside each other after an expansion only: some of it gcc lets join in its text. */
#define NAME() word
#define PASTE(x) x ## 4
NAME()1.5e+1;
NAME()13;
NAME()13a_b;
PASTE(y)L"wide";
PASTE(y)L'w';
PASTE(y)"narrow";
PASTE(y)'n';
PASTE(1)NAME();
PASTE(1)'n';
PASTE(1).5;

/* The name of a macro that no parenthesis follows, at the end of an argument that comes twice. */
#define TWICE(x) x x
#define CALLED_NOT(x) none
TWICE(L"w" CALLED_NOT);
TWICE(8 CALLED_NOT);
