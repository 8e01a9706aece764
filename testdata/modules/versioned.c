/* What the sum over a source skips and keeps: /* a comment in a comment,
 * "a text in a comment", and blanks	of all kinds.
 */
#include "sample.h"
#include	"versioned.h"

// A comment that is none for the sum: "an open quote
// closed"

const char *versioned_texts[] = {
	"a text  with  blanks", "/* no comment */", "// none either", "a \"quoted\" text \\",
	"over \
two lines",
};
char versioned_character = '"'; char versioned_other = '"';

int versioned_\
continued = VERSIONED;

IN_ORDER("has a source version");
MODULE_VERSION("2.0-sample");
MODULE_PARM_DESC(nothing, "no parameter at all");
