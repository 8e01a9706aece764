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

KSYMTAB_FUNC(s00, "");
SYMBOL_FLAGS(s00, 0x00);
KSYMTAB_FUNC(s01, "");
SYMBOL_FLAGS(s01, 0x00);
KSYMTAB_FUNC(s02, "");
SYMBOL_FLAGS(s02, 0x00);
KSYMTAB_FUNC(s03, "");
SYMBOL_FLAGS(s03, 0x00);
KSYMTAB_FUNC(s04, "");
SYMBOL_FLAGS(s04, 0x00);
KSYMTAB_FUNC(s05, "");
SYMBOL_FLAGS(s05, 0x00);
KSYMTAB_FUNC(s06, "");
SYMBOL_FLAGS(s06, 0x00);
KSYMTAB_FUNC(s07, "");
SYMBOL_FLAGS(s07, 0x00);
KSYMTAB_FUNC(s08, "");
SYMBOL_FLAGS(s08, 0x00);
KSYMTAB_FUNC(s09, "");
SYMBOL_FLAGS(s09, 0x00);
KSYMTAB_FUNC(s10, "");
SYMBOL_FLAGS(s10, 0x00);
KSYMTAB_FUNC(s11, "");
SYMBOL_FLAGS(s11, 0x00);
KSYMTAB_FUNC(s12, "");
SYMBOL_FLAGS(s12, 0x00);
KSYMTAB_FUNC(s13, "");
SYMBOL_FLAGS(s13, 0x00);
KSYMTAB_FUNC(s14, "");
SYMBOL_FLAGS(s14, 0x00);
KSYMTAB_FUNC(s15, "");
SYMBOL_FLAGS(s15, 0x00);
KSYMTAB_FUNC(s16, "");
SYMBOL_FLAGS(s16, 0x00);
KSYMTAB_FUNC(s17, "");
SYMBOL_FLAGS(s17, 0x00);
KSYMTAB_FUNC(s18, "");
SYMBOL_FLAGS(s18, 0x00);
KSYMTAB_FUNC(s19, "");
SYMBOL_FLAGS(s19, 0x00);

SYMBOL_CRC(s00, 0x00000000);
SYMBOL_CRC(s01, 0x00000002);
SYMBOL_CRC(s02, 0x00000000);
SYMBOL_CRC(s03, 0x00000010);
SYMBOL_CRC(s04, 0x00000008);
SYMBOL_CRC(s05, 0x00000000);
SYMBOL_CRC(s06, 0x00000abc);
SYMBOL_CRC(s07, 0x00000000);
SYMBOL_CRC(s08, 0x3456789a);
SYMBOL_CRC(s09, 0x00000000);
SYMBOL_CRC(s10, 0x00000000);
SYMBOL_CRC(s11, 0x00000000);
SYMBOL_CRC(s12, 0x00000000);
SYMBOL_CRC(s13, 0x00000000);
SYMBOL_CRC(s14, 0x00000000);
SYMBOL_CRC(s15, 0x0000000b);
SYMBOL_CRC(s16, 0x00000000);
SYMBOL_CRC(s17, 0xffffffff);
SYMBOL_CRC(s18, 0x00000000);
SYMBOL_CRC(s19, 0x00000000);

static const struct modversion_info ____versions[]
__used __section("__versions") = {
};

static const u32 ____version_ext_crcs[]
__used __section("__version_ext_crcs") = {
};
static const char ____version_ext_names[]
__used __section("__version_ext_names") =
;

MODULE_INFO(depends, "");

