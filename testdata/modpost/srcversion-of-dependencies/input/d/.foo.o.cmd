source_foo.o := d/foo.c
deps_foo.o := d/a.h \
  d/b.h \
	d/c.h\
  $(wildcard include/config/X) \
  d/d.h x y \
  d/e.h
  d/f.h \
