/* Uses a symbol whose name is too long for the table of versions, and others around it. */
#include "sample.h"

extern int a_symbol_with_a_name_of_sixty_one_bytes_that_is_too_long_here(void);
extern int a_symbol_with_a_name_of_sixty_bytes_that_is_very_long_alsoo(void);
extern int a_symbol_with_a_name_of_exactly_fifty_six_bytes_or_so__(void);
extern int a_symbol_with_a_name_of_exactly_fifty_five_bytes_or_so(void);

int long_symbol_sum(void);

int long_symbol_sum(void)
{
	return sample_plain(1) +
	       a_symbol_with_a_name_of_exactly_fifty_five_bytes_or_so() +
	       a_symbol_with_a_name_of_exactly_fifty_six_bytes_or_so__() +
	       a_symbol_with_a_name_of_sixty_bytes_that_is_very_long_alsoo() +
	       a_symbol_with_a_name_of_sixty_one_bytes_that_is_too_long_here() +
	       sample_weak();
}

IN_ORDER("uses long names");
