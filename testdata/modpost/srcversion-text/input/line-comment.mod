line-comment.o
