#define ONE 1
#define ID(x) x
#define IS(x) x
#if ONE && ID(1) == 1 && defined ONE && defined(ONE) && !defined TWO && !defined ( TWO )
a
#endif
#if (1 ? 2 : (1/0)) == 2 && (0 && 1/0) == 0 && (1 || 1/0)
b
#endif
#if -1 < 0 && 0xffffffffffffffff > 0 && 1u - 2 > 0 && (-1 >> 1) == -1 && 3 % 2 == 1 && ~0 == -1
c
#endif
#if 'a' == 97 && '\n' == 10 && '\0' == 0 && 010 == 8 && 0b101 == 5 && 1UL == 1LLu
d
#endif
#if 0
#if 1
wrong
#elif garbage ( that is not read
#else
#endif
#elif ID(0)
wrong
#elif 1
e
#elif 1
wrong
#else
wrong
#endif
#ifdef ONE
#ifndef TWO
f
#else
wrong
#endif
#else
wrong
#endif
#if 1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && (1 << 3 | 1) == 9 && (6 & 3 ^ 1) == 3 && 1 == 1 != 0
g
#endif
#if __has_include("include/plain.h") && !__has_include(<nothing.h>) && __has_attribute(__packed__)
h
#endif
#ifdef __has_builtin
i __has_builtin_is_there
#endif
#if __GNUC__ >= 5 && __INT_MAX__ == 2147483647
j
#endif
