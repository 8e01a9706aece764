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

KSYMTAB_FUNC(f1, "", "A");

SYMBOL_CRC(f1, 0x00000001, "");

static const struct modversion_info ____versions[]
__used __section("__versions") = {
};

MODULE_INFO(depends, "");

MODULE_INFO(rhelversion, "MAJOR.MINOR");
