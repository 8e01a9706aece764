#define LONG a \
	b \
   c
LONG
#define CONTINUED(x) \
	do { x; } \
	while (0)
CONTINUED(y);
char *text = "one \
two";
int a = 1 +\
2; int b/* a comment
over lines */ = 3; // to the end
/* before */ #define AFTER_COMMENT yes
AFTER_COMMENT
#define /* in */ COMMENTS /* in */ 1 /* in */ + /* in */ 2
COMMENTS
# /* nothing */
#
 # define INDENTED indented
INDENTED
.5e+3 0x1p-3 1.e5f 0xe+1 ...  ..  a.b a->b a+++b a<<=b %  @ ` \ $dollar 1..2
L"wide" u8"eight" U'c' L'\x41'
