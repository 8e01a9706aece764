#include "types.h"
#define EXPORT(sym) static typeof(sym) *__gendwarfksyms_ptr_##sym __attribute__((used, section(".discard.gendwarfksyms"))) = &sym
extern void ext(struct hdr *, int);
extern struct hdr there;
extern int both(int);
extern int later(int);
EXPORT(ext);
EXPORT(there);
EXPORT(both);
EXPORT(later);
int both(int named) { return named; }
