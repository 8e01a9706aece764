savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := d/foo.c

deps_foo.o := \
  include/linux/kernel.h \
  d/foo.h \
  d/sub/no.h \

foo.o: $(deps_foo.o)

$(deps_foo.o):
