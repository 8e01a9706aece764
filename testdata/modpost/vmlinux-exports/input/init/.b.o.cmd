savedcmd_foo.o := true

#SYMVER init_module 0x34
