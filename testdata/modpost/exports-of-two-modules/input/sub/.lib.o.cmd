savedcmd_foo.o := true

#SYMVER shared 0x1
#SYMVER hidden 0x2
