struct hidden { int a; };
struct unused { int b; } not_exported;
#line 1 "types.h"
enum e { E1, E2 };
struct shown { int a; enum e e; };
struct shown k1;
struct hidden *k2;
enum __attribute__((packed)) small { S1 } k3;
asm(".pushsection .discard.gendwarfksyms.kabi_rules,\"\"\n"
	".asciz \"1\"\n\t.asciz \"byte_size\"\n\t.asciz \"shown\"\n\t.asciz \"16\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_ignore\"\n\t.asciz \"e E2\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_ignore\"\n\t.asciz \"e E3\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_value\"\n\t.asciz \"E1\"\n\t.asciz \"3\"\n"
	".asciz \"1\"\n\t.asciz \"byte_size\"\n\t.asciz \"hidden\"\n\t.asciz \"8\"\n"
	".asciz \"1\"\n\t.asciz \"declonly\"\n\t.asciz \"unused\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"type_string\"\n\t.asciz \"s#missing\"\n\t.asciz \"structure_type missing { }\"\n"
	".asciz \"1\"\n\t.asciz \"type_string\"\n\t.asciz \"k3\"\n\t.asciz \"variable of a rule\"\n"
	".popsection");
