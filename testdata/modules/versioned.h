/* Counts for the source version of versioned.c, since it is beside it. */
#define VERSIONED 4
