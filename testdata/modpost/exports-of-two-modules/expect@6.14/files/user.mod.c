#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
	.arch = MODULE_ARCH_INIT,
};

MODULE_INFO(intree, "Y");



static const struct modversion_info ____versions[]
__used __section("__versions") = {
	{ 0x00000001, "shared" },
	{ 0x00000002, "hidden" },
};

static const u32 ____version_ext_crcs[]
__used __section("__version_ext_crcs") = {
	0x00000001,
	0x00000002,
};
static const char ____version_ext_names[]
__used __section("__version_ext_names") =
	"shared\0"
	"hidden\0"
;

MODULE_INFO(depends, "lib");

