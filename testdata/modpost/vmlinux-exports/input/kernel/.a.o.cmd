savedcmd_foo.o := true

#SYMVER printk 0x12
