char.o
