savedcmd_foo.o := true

#SYMVER f1 1
