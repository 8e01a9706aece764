#define EXPORT(name) asm(".section .export_symbol,\"a\"; __export_symbol_" #name ": .previous")
#define RULE(type, target, value) \
	static const char RULE_NAME(__COUNTER__)[] __attribute__((used, aligned(1), section(".discard.gendwarfksyms.kabi_rules"))) = \
		"1\0" type "\0" target "\0" value
#define RULE_NAME(number) RULE_PASTE(number)
#define RULE_PASTE(number) rule_##number
struct hidden { int a; };
struct grown { int a, b; };
RULE("declonly", "hidden", "");
RULE("declonly", "ghost", "");
