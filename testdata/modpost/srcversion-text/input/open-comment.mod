open-comment.o
