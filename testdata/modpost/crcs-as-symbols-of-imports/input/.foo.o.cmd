savedcmd_foo.o := gcc -c foo.c
