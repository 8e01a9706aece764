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

KSYMTAB_DATA(a b, "", "");
KSYMTAB_DATA(ÿ, "", "");

SYMBOL_CRC(a b, 0x00000000, "");
SYMBOL_CRC(ÿ, 0x00000007, "");

static const struct modversion_info ____versions[]
__used __section("__versions") = {
};

MODULE_INFO(depends, "");

MODULE_INFO(rhelversion, "MAJOR.MINOR");
