a\
b
