// SPDX-License-Identifier: GPL-2.0
/* Tables of devices on several buses, and an export to a module of the same directory. */
#include <linux/acpi.h>
#include <linux/dmi.h>
#include <linux/hid.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/usb.h>
#include "panel.h"

static const struct pci_device_id panel_pci[] = {
	{ PCI_DEVICE(0x1af4, 0x10f0) },
	{ PCI_DEVICE_SUB(0x8086, PCI_ANY_ID, 0x1af4, 0x1100) },
	{ PCI_DEVICE_CLASS(PCI_CLASS_DISPLAY_VGA << 8, 0xffff00) },
	{ }
};
MODULE_DEVICE_TABLE(pci, panel_pci);

static const struct usb_device_id panel_usb[] = {
	{ USB_DEVICE(0x1d6b, 0x0104) },
	{ USB_DEVICE_VER(0x1d6b, 0x0105, 0x0100, 0x0299) },
	{ USB_INTERFACE_INFO(USB_CLASS_VENDOR_SPEC, 0x42, 1) },
	{ }
};
MODULE_DEVICE_TABLE(usb, panel_usb);

static const struct of_device_id panel_of[] = {
	{ .compatible = "example,panel" },
	{ .compatible = "example,panel-2", .name = "display", .type = "panel" },
	{ }
};
MODULE_DEVICE_TABLE(of, panel_of);

static const struct acpi_device_id panel_acpi[] = {
	{ "EXMP0001", 0 },
	{ ACPI_DEVICE_CLASS(0x030000, 0xffff00) },
	{ }
};
MODULE_DEVICE_TABLE(acpi, panel_acpi);

static const struct dmi_system_id panel_dmi[] = {
	{
		.matches = {
			DMI_MATCH(DMI_SYS_VENDOR, "Example: Inc."),
			DMI_EXACT_MATCH(DMI_PRODUCT_NAME, "Panel 2000"),
		},
	},
	{ }
};
MODULE_DEVICE_TABLE(dmi, panel_dmi);

static const struct hid_device_id panel_hid[] = {
	{ HID_USB_DEVICE(0x1d6b, 0x0106) },
	{ }
};
MODULE_DEVICE_TABLE(hid, panel_hid);

static const struct i2c_device_id panel_i2c[] = { { "panel", 0 }, { "panel-2", 2 }, { } };
MODULE_DEVICE_TABLE(i2c, panel_i2c);

static const struct platform_device_id panel_platform[] = { { "panel-platform", 0 }, { } };
MODULE_DEVICE_TABLE(platform, panel_platform);

int devices_count(void)
{
	return ARRAY_SIZE(panel_pci) + ARRAY_SIZE(panel_usb) + ARRAY_SIZE(panel_of) +
	       ARRAY_SIZE(panel_acpi) + ARRAY_SIZE(panel_dmi) + ARRAY_SIZE(panel_hid) +
	       ARRAY_SIZE(panel_i2c) + ARRAY_SIZE(panel_platform);
}
EXPORT_SYMBOL_GPL(devices_count);

MODULE_LICENSE("GPL v2");
MODULE_DESCRIPTION("tables of devices");
MODULE_ALIAS("panel-devices");
