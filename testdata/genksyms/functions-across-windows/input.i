static inline __attribute__((__gnu_inline__)) __attribute__((__unused__)) int first(int a) { return "}"[0]; }
static inline __attribute__((__gnu_inline__)) __attribute__((__unused__)) int second(int a, unsigned long bbbbbbbbbbbbbbbbbbbbbbbbbbb, char c) { return '}' + "a\"}"[0]; }
int third(unsigned long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa);
int third_(unsigned long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa);
int fourth(unsigned long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, int b __attribute__((__unused__)));
int
# 12 "somewhere.h"
fifth(int a,
      int b)
{
	return "0123456789012345678901234567890123456789012345678901234567890123456789}";
}
struct s { int a; } sixth(void);
__GENKSYMS_EXPORT_SYMBOL(first);
__GENKSYMS_EXPORT_SYMBOL(second);
__GENKSYMS_EXPORT_SYMBOL(third);
__GENKSYMS_EXPORT_SYMBOL(third_);
__GENKSYMS_EXPORT_SYMBOL(fourth);
__GENKSYMS_EXPORT_SYMBOL(fifth);
__GENKSYMS_EXPORT_SYMBOL(sixth);
