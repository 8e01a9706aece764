int a["x
y
z"];
int b d;
