d/one.o

d/lib.a
d/sub/two.o