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
	{ 0x00000007, "ÿ" },
	{ 0x00000001, "known" },
};

static const u32 ____version_ext_crcs[]
__used __section("__version_ext_crcs") = {
	0x00000007,
	0x00000001,
};
static const char ____version_ext_names[]
__used __section("__version_ext_names") =
	"ÿ\0"
	"known\0"
;

MODULE_INFO(depends, "lib,m");

