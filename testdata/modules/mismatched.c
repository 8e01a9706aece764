/* References between sections that do not live equally long. */
#include "sample.h"

#define KEEP __attribute__((used))
#define ALONE noinline __attribute__((used))

static int __initdata data_of_init = 1;
static int __exitdata data_of_exit = 2;
static const int __initconst constant_of_init = 3;

static int __init ALONE code_of_init(int value)
{
	return value + data_of_init + constant_of_init;
}

static int __exit ALONE code_of_exit(int value)
{
	return value + data_of_exit;
}

/* From code that stays. */
static int ALONE code_uses_init_code(void)
{
	return code_of_init(1);
}

static int *ALONE code_uses_init_data(void)
{
	return &data_of_init;
}

static int ALONE code_uses_exit(void)
{
	return code_of_exit(1) + data_of_exit;
}

/* From data that stays; the endings of some names excuse them. */
static int (*KEEP plain_pointer)(int) = code_of_init;
static int *KEEP pointer_to_data = &data_of_init;
static int (*KEEP pointer_to_exit)(int) = code_of_exit;
static int (*KEEP sample_ops)(int) = code_of_init;
static int (*KEEP sample_probe)(int) = code_of_init;
static int (*KEEP sample_probe_one)(int) = code_of_init;
static int (*KEEP sample_template)(int) = code_of_exit;
static int (*KEEP sample_timer)(int) = code_of_exit;
static int (*KEEP sample_sht)(int) = code_of_exit;
static int (*KEEP sample_console)(int) = code_of_exit;
static int (*KEEP sample_driver)(int) = code_of_exit;
static int (*KEEP driver_of_init)(int) = code_of_init;
static int *KEEP __param_sample = &data_of_init;
static int (*KEEP __param_ops_sample)(int) = code_of_init;

/* From one short life to another. */
static int __init ALONE init_uses_exit(void)
{
	return code_of_exit(2);
}

static int __exit ALONE exit_uses_init(void)
{
	return code_of_init(2);
}

static int (*KEEP __initdata init_data_to_exit)(int) = code_of_exit;
static int (*KEEP __exitdata exit_data_to_init)(int) = code_of_init;

/* Excused, or never looked at. */
static int __ref ALONE reference_to_init(void)
{
	return code_of_init(3);
}

static int (*KEEP __refdata reference_data)(int) = code_of_init;
static int (*KEEP __attribute__((section(".discard.sample"))) discarded)(int) = code_of_init;
static int (*KEEP __attribute__((section(".note.sample"))) noted)(int) = code_of_init;
static int (*KEEP __attribute__((section(".pci_fixup_final"))) fixed)(int) = code_of_init;

IN_ORDER("refers to what goes away");
