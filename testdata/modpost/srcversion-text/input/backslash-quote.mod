backslash-quote.o
