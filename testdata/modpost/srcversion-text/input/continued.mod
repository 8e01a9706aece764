continued.o
