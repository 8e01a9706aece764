open-string.o
