savedcmd_foo.o := true

#SYMVER printk 0x12
#SYMVER module_layout 0x9060323f
