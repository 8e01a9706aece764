cmd_foo.o := gcc -c foo.c

source_foo.o := foo.c

deps_foo.o := \
  foo.h \
  include/bar.h \

foo.o: $(deps_foo.o)

#SYMVER shared 0x2222aaaa
#SYMVER once 0x01
