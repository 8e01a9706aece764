#include "types.h"
extern int page_count(struct page *page, union word word);
extern long total;
int page_use(struct page *page) { union word word = { 1 }; return page_count(page, word) + total; }
EXPORT(page_use);
