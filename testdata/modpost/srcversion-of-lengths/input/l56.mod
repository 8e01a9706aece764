l56.o
