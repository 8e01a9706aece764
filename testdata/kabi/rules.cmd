savedcmd_rules.o := cc
#SYMVER two 0x54bcccda
#SYMVER one 0xb12914f8
