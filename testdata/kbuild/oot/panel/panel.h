/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules here share. */
int devices_count(void); /* in devices.c */
