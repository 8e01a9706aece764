/* Before the guard. */
#ifndef GUARD
#define GUARD

guarded __COUNTER__

#endif /* After it. */
