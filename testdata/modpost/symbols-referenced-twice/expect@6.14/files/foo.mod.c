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
	{ 0x12345678, "printk" },
	{ 0x12345678, "printk" },
	{ 0x9060323f, "module_layout" },
};

static const u32 ____version_ext_crcs[]
__used __section("__version_ext_crcs") = {
	0x12345678,
	0x12345678,
	0x9060323f,
};
static const char ____version_ext_names[]
__used __section("__version_ext_names") =
	"printk\0"
	"printk\0"
	"module_layout\0"
;

MODULE_INFO(depends, "");

