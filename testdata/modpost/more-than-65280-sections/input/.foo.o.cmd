savedcmd_foo.o := true

#SYMVER shared 0x7
