#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.arch = MODULE_ARCH_INIT,
};

MODULE_INFO(intree, "Y");

KSYMTAB_FUNC(f1, "");
SYMBOL_FLAGS(f1, 0x00);
KSYMTAB_FUNC(f2, "A");
SYMBOL_FLAGS(f2, 0x01);

MODULE_INFO(depends, "");

