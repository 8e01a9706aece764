#include <linux/module.h>
#define INCLUDE_VERMAGIC
#include <linux/build-salt.h>
#include <linux/elfnote-lto.h>
#include <linux/export-internal.h>
#include <linux/vermagic.h>
#include <linux/compiler.h>

#ifdef CONFIG_UNWINDER_ORC
#include <asm/orc_header.h>
ORC_HEADER;
#endif

BUILD_SALT;
BUILD_LTO_INFO;

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.arch = MODULE_ARCH_INIT,
};

MODULE_INFO(intree, "Y");

#ifdef CONFIG_RETPOLINE
MODULE_INFO(retpoline, "Y");
#endif

KSYMTAB_FUNC(s00, "", "");
KSYMTAB_FUNC(s01, "", "");
KSYMTAB_FUNC(s02, "", "");
KSYMTAB_FUNC(s03, "", "");
KSYMTAB_FUNC(s04, "", "");
KSYMTAB_FUNC(s05, "", "");
KSYMTAB_FUNC(s06, "", "");
KSYMTAB_FUNC(s07, "", "");
KSYMTAB_FUNC(s08, "", "");
KSYMTAB_FUNC(s09, "", "");
KSYMTAB_FUNC(s10, "", "");
KSYMTAB_FUNC(s11, "", "");
KSYMTAB_FUNC(s12, "", "");
KSYMTAB_FUNC(s13, "", "");
KSYMTAB_FUNC(s14, "", "");
KSYMTAB_FUNC(s15, "", "");
KSYMTAB_FUNC(s16, "", "");
KSYMTAB_FUNC(s17, "", "");
KSYMTAB_FUNC(s18, "", "");
KSYMTAB_FUNC(s19, "", "");

SYMBOL_CRC(s00, 0x00000000, "");
SYMBOL_CRC(s01, 0x00000002, "");
SYMBOL_CRC(s02, 0x00000000, "");
SYMBOL_CRC(s03, 0x00000010, "");
SYMBOL_CRC(s04, 0x00000008, "");
SYMBOL_CRC(s05, 0x00000000, "");
SYMBOL_CRC(s06, 0x00000abc, "");
SYMBOL_CRC(s07, 0x00000000, "");
SYMBOL_CRC(s08, 0x3456789a, "");
SYMBOL_CRC(s09, 0x00000000, "");
SYMBOL_CRC(s10, 0x00000000, "");
SYMBOL_CRC(s11, 0x00000000, "");
SYMBOL_CRC(s12, 0x00000000, "");
SYMBOL_CRC(s13, 0x00000000, "");
SYMBOL_CRC(s14, 0x00000000, "");
SYMBOL_CRC(s15, 0x0000000b, "");
SYMBOL_CRC(s16, 0x00000000, "");
SYMBOL_CRC(s17, 0xffffffff, "");
SYMBOL_CRC(s18, 0x00000000, "");
SYMBOL_CRC(s19, 0x00000000, "");

static const char ____versions[]
__used __section("__versions") =
	"\x00\x00\x00\x00\x00\x00\x00\x00";

MODULE_INFO(depends, "");

