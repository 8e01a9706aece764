struct sized { int a; long added; } k1;
asm(".pushsection .discard.gendwarfksyms.kabi_rules,\"\"\n"
	".asciz \"1\"\n\t.asciz \"byte_size\"\n\t.asciz \"sized\"\n\t.asciz \"8\"\n"
	".popsection");
