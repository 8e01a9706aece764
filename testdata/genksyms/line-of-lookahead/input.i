int a

b

;
struct s { int a; };
struct s { int b; }

;
__GENKSYMS_EXPORT_SYMBOL(
nope
)

;
