int a[08][0b11][0x][00][0777][09.5][1abc];
__GENKSYMS_EXPORT_SYMBOL(a);
