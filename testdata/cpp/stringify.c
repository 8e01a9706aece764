#define EMPTY
#define S(x) #x
#define SS(x) S(x)
#define P(x) a x b
#define ID(x) x
SS(P( )) SS(P(1) 2) SS(EMPTY a) SS( EMPTY EMPTY a EMPTY EMPTY) SS(-EMPTY a) SS(-EMPTY- ) SS(P(EMPTY))
SS((EMPTY)) SS(a EMPTY(EMPTY)) S() S( ) S(  a   b ) S("x\n" 'c' "\"" '\'') SS(ID) SS(ID ID (1))
SS(ID
-1) S(a /* comment */ b) S(a
b
    c) S(+EMPTY) SS(a+EMPTY) SS(a + EMPTY b)
#define Q(x) SS(ID x-1)
Q() Q( EMPTY) SS(ID -1) Q(2)
#define OFFSET(t, f) (t f)
#define GET(t, p, f) (*((int *)(p) +\
OFFSET(t, f)) >> OFFSET(t, f))
SS(GET(a, b->c, d)) SS(GET( a , b , c ))
#define TWICE(x) #x #x
TWICE( a "b\n" '\'' ) TWICE()
