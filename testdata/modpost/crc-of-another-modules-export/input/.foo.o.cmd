savedcmd_foo.o := true

#SYMVER a 0x1
#SYMVER b 0x2
#SYMVER c 0x3
