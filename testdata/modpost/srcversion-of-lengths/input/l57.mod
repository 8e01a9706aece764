l57.o
