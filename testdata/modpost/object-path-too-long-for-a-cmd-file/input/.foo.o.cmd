savedcmd_foo.o := true

#SYMVER a 1
