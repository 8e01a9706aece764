/* Sections that are named or flagged in a way that modpost remarks, and an exception table. */
#include "sample.h"

asm(".section .odd.section, \"\", %progbits\n"
    ".long 0\n"
    ".section .comment.odd, \"\", %progbits\n"
    ".long 0\n"
    ".section .odd.table, \"a\", %progbits\n"
    ".long 0\n"
    ".section __ex_table, \"a\", %progbits\n"
    ".balign 4\n"
    "exception_table:\n"
    ".long odd_code - .\n"
    ".long odd_table - .\n"
    ".long odd_altcode - .\n"
    ".section .odd.code, \"ax\", %progbits\n"
    "odd_code:\n"
    ".long 0\n"
    ".section .odd.table\n"
    "odd_table:\n"
    ".long 0\n"
    ".section .fixup, \"ax\", %progbits\n"
    "odd_altcode:\n"
    ".long 0\n"
    ".previous\n");

/* The linker knows of neither; a dot and digits at the end of a name are cut off. */
int odd_part(void) asm("odd_part.isra.0");
int odd_part(void)
{
	return 1;
}
extern int odd_constant(void) asm("sample_plain.12");

int odd_sum(void);

int odd_sum(void)
{
	return odd_part() + odd_constant();
}

IN_ORDER("has odd sections");
