  source_a := x y a.c
	source_b b.c
deps_foo.o := \
  source_c := c.c
  d.c \
source_e := e.c
