struct n { struct n *next; int v; };
struct n *h;
__GENKSYMS_EXPORT_SYMBOL(h);
