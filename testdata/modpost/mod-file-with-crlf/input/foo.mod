foo.o
