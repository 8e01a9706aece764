sub/lib.o
