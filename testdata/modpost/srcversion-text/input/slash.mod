slash.o
