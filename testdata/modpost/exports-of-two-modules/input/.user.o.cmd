savedcmd_foo.o := true

