source_foo.o:=foo.c
