savedcmd_foo.o := true

#SYMVER f1 1
#SYMVER d1 2
