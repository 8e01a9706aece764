savedcmd_foo.o := true

#SYMVER b 5
