savedcmd_others.o := cc
#SYMVER three 0xca3fe154
