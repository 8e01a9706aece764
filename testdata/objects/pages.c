#include "types.h"
long total;
EXPORT(total);
int page_count(struct page *page, union word word) { return page->count + word.i; }
EXPORT(page_count);
int no_export(struct page *page) { return page->order; }
