foo.o

none.o
