string-comment.o
