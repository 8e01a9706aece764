two h
