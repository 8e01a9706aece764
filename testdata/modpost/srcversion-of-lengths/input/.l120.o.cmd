savedcmd_foo.o := gcc -c -o foo.o foo.c

source_foo.o := l120.c

deps_foo.o := \

foo.o: $(deps_foo.o)

$(deps_foo.o):
