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



static const char ____versions[]
__used __section("__versions") =
	"\x44\x00\x00\x00\x01\x00\x00\x00"
	"sssssssssssssssssssssssssssssssssssssssssssssssssssssssssss\0"
	"\x48\x00\x00\x00\x02\x00\x00\x00"
	"tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt\0\0\0\0"
	"\x10\x00\x00\x00\x78\x56\x34\x12"
	"printk\0\0"
	"\x18\x00\x00\x00\x3f\x32\x60\x90"
	"module_layout\0\0\0"
	"\x00\x00\x00\x00\x00\x00\x00\x00";

MODULE_INFO(depends, "");

