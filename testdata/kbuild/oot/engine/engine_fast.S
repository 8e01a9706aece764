/* SPDX-License-Identifier: GPL-2.0 */
/* An export from an assembler file; its prototype is in include/asm/asm-prototypes.h. */
#include <linux/linkage.h>
#if __has_include(<asm/export.h>)
#include <asm/export.h>
#else
#include <linux/export.h>
#endif

/* unsigned int engine_sum(const unsigned int *values, unsigned int count) */
SYM_FUNC_START(engine_sum)
	xorl %eax, %eax
	testl %esi, %esi
	jz .Lnothing_left
.Lone_more:
	addl (%rdi), %eax
	addq $4, %rdi
	decl %esi
	jnz .Lone_more
.Lnothing_left:
	RET
SYM_FUNC_END(engine_sum)
EXPORT_SYMBOL(engine_sum)
