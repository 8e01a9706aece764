empty.o
