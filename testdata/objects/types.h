struct page { unsigned long flags; unsigned order : 4; int count; struct page *next; };
union word { int i; float f; };
#define EXPORT(name) asm(".section .export_symbol,\"a\"; __export_symbol_" #name ": .previous")
