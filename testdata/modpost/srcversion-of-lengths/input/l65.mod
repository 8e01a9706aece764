l65.o
