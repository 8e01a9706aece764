l55.o
