comment-string.o
