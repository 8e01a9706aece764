#include "doubled.h"
