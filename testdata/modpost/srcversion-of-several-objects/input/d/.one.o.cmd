savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := d/one.c

deps_foo.o := \
  d/one.h \
  d/sub/no.h \
  include/a.h \

foo.o: $(deps_foo.o)

$(deps_foo.o):
