string.o
