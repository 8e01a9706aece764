d/foo.o
