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



static const struct modversion_info ____versions[]
__used __section("__versions") = {
	{ 0x00000000, "a" },
	{ 0x00000001, "b" },
	{ 0x00abcdef, "c" },
	{ 0x0abcdef1, "d" },
	{ 0xffffffff, "e" },
	{ 0x000fffff, "module_layout" },
};

static const u32 ____version_ext_crcs[]
__used __section("__version_ext_crcs") = {
	0x00000000,
	0x00000001,
	0x00abcdef,
	0x0abcdef1,
	0xffffffff,
	0x000fffff,
};
static const char ____version_ext_names[]
__used __section("__version_ext_names") =
	"a\0"
	"b\0"
	"c\0"
	"d\0"
	"e\0"
	"module_layout\0"
;

MODULE_INFO(depends, "");

