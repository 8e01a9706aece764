l64.o
