blanks.o
