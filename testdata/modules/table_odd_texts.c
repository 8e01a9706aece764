/* A text that modpost warns of and leaves out. */
#include "tables.h"

TABLE(wmi, wmi_device_id, sample_wmi, { .guid_string = "too short" },
	{ .guid_string = "05901221-D566-11D1-B2F0-00A0C9062910" }, { });

IN_ORDER("odd texts");
