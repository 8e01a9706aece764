struct s { int a; } x;
enum e { A } y;
asm(".pushsection .discard.gendwarfksyms.kabi_rules,\"\"\n"
	".asciz \"1\"\n.asciz \"type_string\"\n.asciz \"s#s\"\n.asciz \"a s# b\"\n"
	".popsection");
