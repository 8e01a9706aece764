one h
