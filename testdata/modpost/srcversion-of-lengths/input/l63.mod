l63.o
