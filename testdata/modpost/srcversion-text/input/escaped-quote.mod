escaped-quote.o
