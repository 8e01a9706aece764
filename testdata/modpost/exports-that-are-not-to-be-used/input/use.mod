use.o
