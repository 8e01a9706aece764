a\
b \
 c