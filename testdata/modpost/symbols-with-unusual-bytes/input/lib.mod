lib.o
