/* Asks for more that nobody has than modpost names one by one. */
#include "sample.h"

#define NOBODYS(number) extern int nobodys_##number(void)
#define CALL(number) nobodys_##number()

NOBODYS(1); NOBODYS(2); NOBODYS(3); NOBODYS(4); NOBODYS(5); NOBODYS(6); NOBODYS(7);
NOBODYS(8); NOBODYS(9); NOBODYS(10); NOBODYS(11); NOBODYS(12); NOBODYS(13);

int undefined_sum(void);

int undefined_sum(void)
{
	return CALL(13) + CALL(12) + CALL(11) + CALL(10) + CALL(9) + CALL(8) + CALL(7) +
	       CALL(6) + CALL(5) + CALL(4) + CALL(3) + CALL(2) + CALL(1);
}

IN_ORDER("asks for too much");
