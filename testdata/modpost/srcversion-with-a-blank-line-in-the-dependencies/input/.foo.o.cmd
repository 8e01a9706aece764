source_foo.o := foo.c
deps_foo.o := \

  b.h \
