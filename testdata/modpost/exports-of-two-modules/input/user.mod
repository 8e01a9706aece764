user.o
