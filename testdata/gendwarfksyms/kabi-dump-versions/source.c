#include "types.h"
struct s1 { int a; union { unsigned n; unsigned char __kabi_ignored0; }; unsigned long b; } k1;
struct s2 { long a; union { struct hdr *renamed; struct { unsigned long __kabi_reserved1; }; }; } k2;
union e3 { int x; struct {} y; int __kabi_reserved0; };
struct s3 { union e3 m; } k3;
union e4 { struct {} y; int x; int __kabi_reserved0; };
struct s4 { union e4 m; } k4;
struct s5 { long __kabi_reserved2; union { struct { long n; }; struct { int __kabi_ignored3; }; }; } k5;
enum ke { K1, K2, K3 } k6;
struct only { int hidden; } k7;
struct sized { int a; long added; } k8;
struct text { int a; struct hdr *h; } k9;
enum none { N1 } k10;
union all { int __kabi_ignored4; long other; } k11;
int k12(int __kabi_reserved5) { return 0; }
int k13;
struct hdr *k14;
asm(".pushsection .discard.gendwarfksyms.kabi_rules,\"\"\n"
	".asciz \"1\"\n\t.asciz \"declonly\"\n\t.asciz \"only\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_ignore\"\n\t.asciz \"ke K2\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_value\"\n\t.asciz \"ke K3\"\n\t.asciz \"7\"\n"
	".asciz \"1\"\n\t.asciz \"byte_size\"\n\t.asciz \"sized\"\n\t.asciz \"8\"\n"
	".asciz \"1\"\n\t.asciz \"byte_size\"\n\t.asciz \"int\"\n\t.asciz \" +04\"\n"
	".asciz \"1\"\n\t.asciz \"type_string\"\n\t.asciz \"s#text\"\n\t.asciz \"structure_type text { member pointer_type { s#hdr } h , member s#made m }\"\n"
	".asciz \"1\"\n\t.asciz \"type_string\"\n\t.asciz \"s#made\"\n\t.asciz \"structure_type made { e#ke }\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_ignore\"\n\t.asciz \"none N1\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"type_string\"\n\t.asciz \"k13\"\n\t.asciz \"variable of a rule\"\n"
	".asciz \"1\"\n\t.asciz \"declonly\"\n\t.asciz \"nosuch\"\n\t.asciz \"\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_value\"\n\t.asciz \"ke K1\"\n\t.asciz \"1\"\n"
	".asciz \"1\"\n\t.asciz \"enumerator_value\"\n\t.asciz \"ke K1\"\n\t.asciz \"-2\"\n"
	".popsection");
