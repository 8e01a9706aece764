utf8.o
