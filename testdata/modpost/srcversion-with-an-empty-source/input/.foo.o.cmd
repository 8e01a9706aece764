source_foo.o := 
