source_foo.o := foo.c
deps_foo.o := a.h \
  b.h \
	c.h\
  $(wildcard include/config/X) \
  d.h x y \
  e.h
  f.h \
