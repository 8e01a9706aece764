struct s { int a; } x;
enum e { A } y;
asm(".pushsection .discard.gendwarfksyms.kabi_rules,\"\"\n"
	".asciz \"1\"\n.asciz \"enumerator_value\"\n.asciz \"e A\"\n.asciz \"1x\"\n"
	".popsection");
