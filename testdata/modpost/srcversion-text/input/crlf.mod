crlf.o
