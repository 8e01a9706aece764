extern inline int f1(void);
inline extern int f2(void);
extern int f3(void);
int f4(void);
__GENKSYMS_EXPORT_SYMBOL(f1);
__GENKSYMS_EXPORT_SYMBOL(f2);
__GENKSYMS_EXPORT_SYMBOL(f3);
__GENKSYMS_EXPORT_SYMBOL(f4);
