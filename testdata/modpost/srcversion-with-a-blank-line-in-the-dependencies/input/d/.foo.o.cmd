source_foo.o := d/foo.c
deps_foo.o := \

  d/b.h \
