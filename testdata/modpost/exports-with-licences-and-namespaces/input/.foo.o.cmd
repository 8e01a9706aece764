savedcmd_foo.o := true

#SYMVER f1 0x00000001
#SYMVER f2 0xffffffff
#SYMVER d1 0x0abc
#SYMVER d2 0x0
