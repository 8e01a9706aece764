comment.o
