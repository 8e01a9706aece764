struct s { int a; };
struct s { int a; };
struct s { int b; };
int a;
extern int a;
long a;
