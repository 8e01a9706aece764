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
	{ 0x00000001, "a" },
	{ 0x00000002, "b" },
	{ 0x00000003, "c" },
	{ 0x00000007, "module_layout" },
};

static const u32 ____version_ext_crcs[]
__used __section("__version_ext_crcs") = {
	0x00000001,
	0x00000002,
	0x00000003,
	0x00000007,
};
static const char ____version_ext_names[]
__used __section("__version_ext_names") =
	"a\0"
	"b\0"
	"c\0"
	"module_layout\0"
;

MODULE_INFO(depends, "x,y,x");

