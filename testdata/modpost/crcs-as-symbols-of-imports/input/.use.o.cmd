savedcmd_use.o := gcc -c use.c
