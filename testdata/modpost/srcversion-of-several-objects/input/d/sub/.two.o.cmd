savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := d/sub/two.c

deps_foo.o := \
  d/sub/two.h \
  d/one.h \

foo.o: $(deps_foo.o)

$(deps_foo.o):
