/* An identity with bits that its mask does not have. */
#include "tables.h"

TABLE(amba, amba_id, sample_amba, { .id = 0x00041019, .mask = 0x000ffff8 }, { });

IN_ORDER("bits beside their mask");
