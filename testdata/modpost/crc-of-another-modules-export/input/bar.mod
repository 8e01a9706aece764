bar.o
