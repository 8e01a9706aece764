struct s { int a; } x;
enum e { A } y;
asm(".pushsection .discard.gendwarfksyms.kabi_rules,\"\"\n"
	".asciz \"2\"\n.asciz \"declonly\"\n.asciz \"s\"\n.asciz \"\"\n"
	".popsection");
