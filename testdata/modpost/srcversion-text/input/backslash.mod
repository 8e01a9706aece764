backslash.o
