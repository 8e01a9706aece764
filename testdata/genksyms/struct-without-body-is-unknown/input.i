struct fwd;
void g(struct fwd *p);
__GENKSYMS_EXPORT_SYMBOL(g);
