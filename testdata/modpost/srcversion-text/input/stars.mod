stars.o
