enum e { A = F(1, 2), B = (3), D = {4}, E = sizeof(struct x[2]) };
int v[A + B + D + E];
__GENKSYMS_EXPORT_SYMBOL(v);
