/* Exports what goes away. */
#include "sample.h"

int __init exported_from_init(void);
int __exit exported_from_exit(void);

int __init exported_from_init(void)
{
	return 1;
}
EXPORT_SYMBOL(exported_from_init);

int __exit exported_from_exit(void)
{
	return 2;
}
EXPORT_SYMBOL_GPL(exported_from_exit);

int exported_from_init_data __initdata = 3;
EXPORT_SYMBOL_GPL(exported_from_init_data);

IN_ORDER("exports what goes away");
