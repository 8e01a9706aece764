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

KSYMTAB_FUNC(f1, "", "");
KSYMTAB_FUNC(f2, "_gpl", "");
KSYMTAB_DATA(d1, "", "CORE");
KSYMTAB_DATA(d2, "_gpl", "MY NS");

SYMBOL_CRC(f1, 0x00000001, "");
SYMBOL_CRC(f2, 0xffffffff, "_gpl");
SYMBOL_CRC(d1, 0x00000abc, "");
SYMBOL_CRC(d2, 0x00000000, "_gpl");

static const struct modversion_info ____versions[]
__used __section("__versions") = {
};

MODULE_INFO(depends, "");

MODULE_INFO(rhelversion, "MAJOR.MINOR");
