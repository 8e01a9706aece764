l1.o
