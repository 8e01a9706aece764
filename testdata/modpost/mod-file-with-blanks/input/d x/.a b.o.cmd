savedcmd_foo.o := true

#SYMVER a 0x1
