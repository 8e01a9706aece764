savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := d/foo.c

deps_foo.o := \
  d/a.h \
  x/d/b.h \
  xd/c.h \
  d/d/e.h \
  a/d/x/f.h \

foo.o: $(deps_foo.o)

$(deps_foo.o):
