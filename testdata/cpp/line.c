#define F(x) __LINE__ x
#define O F
#define G() __LINE__
#define ID(x) x
#define S(x) #x
#define SS(x) S(x)
F(
__LINE__
)
a O(

__LINE__

)
b ID(
G()
 G(

)
)
c ID(ID(

__LINE__))
d SS(

__LINE__ G())
e G
(
)
#define L __LINE__
f L ID(

L
)
#define PASTE(a,b) a##b
g PASTE(__LI,

NE__)
#define OO ID(L __LINE__
h OO

)
#define K ID
i K(

K)(

__LINE__)
__FILE__ SS(__FILE__) ID(
__FILE__)
#if __LINE__ == 50
right
#endif
