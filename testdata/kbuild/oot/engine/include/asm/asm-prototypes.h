/* SPDX-License-Identifier: GPL-2.0 */
/* Found in the place of the kernel's header of this name: Kbuild has genksyms read the prototypes
 * of what assembler files export from it. */
#include_next <asm/asm-prototypes.h>
#include "../../engine.h"
