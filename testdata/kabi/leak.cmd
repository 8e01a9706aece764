savedcmd_leak.o := cc
#SYMVER i1 0x2527a2e0
#SYMVER o1 0x502f6781
