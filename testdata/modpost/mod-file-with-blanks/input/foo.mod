d x/a b.o
