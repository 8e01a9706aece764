d/one.o
d/sub/two.o
three.o
