foo.o
