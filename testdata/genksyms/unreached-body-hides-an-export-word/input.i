int f(void) { char *s = "}; __GENKSYMS_EXPORT_SYMBOL(v); {"; }
char *s = "__GENKSYMS_EXPORT_SYMBOL(v);", t = { __GENKSYMS_EXPORT_SYMBOL(v); };
int v;
__GENKSYMS_EXPORT_SYMBOL(v);
