continued-string.o
