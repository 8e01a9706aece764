a "b \
 c" d