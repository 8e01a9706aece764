#include "include/plain.h"
#include <guarded.h>
#include <guarded.h>
#include "guarded.h"
#define HEADER <plain.h>
#include HEADER
#define QUOTED(x) STRING(include/x.h)
#define STRING(x) #x
#include QUOTED(plain)
#include <next.h>
#include <once.h>
#include <once.h>
#include "include/once.h"
end __COUNTER__
#undef GUARD
#include <guarded.h>
