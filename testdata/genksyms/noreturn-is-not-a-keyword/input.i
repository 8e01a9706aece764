_Noreturn void f(void);
_Atomic int a;
_Thread_local int b;
int e;
__GENKSYMS_EXPORT_SYMBOL(_Noreturn);
__GENKSYMS_EXPORT_SYMBOL(f);
__GENKSYMS_EXPORT_SYMBOL(a);
__GENKSYMS_EXPORT_SYMBOL(e);
