struct one { int a; };
struct two { int a; struct one b; };
