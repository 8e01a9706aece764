 	
a b
