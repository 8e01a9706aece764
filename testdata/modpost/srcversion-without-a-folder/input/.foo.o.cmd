savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := foo.c

deps_foo.o := \
  a.h \
  sub/b.h \
  /usr/include/stdio.h \

foo.o: $(deps_foo.o)

$(deps_foo.o):
