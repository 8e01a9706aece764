#line 1 "types.h"
namespace { struct unnamed { int a; }; }
namespace outer { namespace { struct deeper { int b; }; } }
extern "C" { outer::deeper *d; unnamed *u; }
