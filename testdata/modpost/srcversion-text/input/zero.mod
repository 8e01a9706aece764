zero.o
