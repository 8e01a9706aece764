savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := d/foo.c

deps_foo.o := \
  include/x.h \
  d/foo.h \

foo.o: $(deps_foo.o)

$(deps_foo.o):
