// The declaration language of genksyms, as the parser tables are made from it
// (`cargo xtask codegen` writes src/genksyms/tables.rs; a test fails when that file is stale).
//
// Notation: yacc, read by the cfgrammar crate, with three additions.
//   @..6.13   before a line: the line stands only in the language of kernels up to 6.13
//   @6.14..   before a line: the line stands only in the languages of kernels from 6.14
//   @..6.19, @7.0..  the same up to 6.19, and from 7.0
//   { name $2 }  is no code. The name is that of the action in src/genksyms/actions.rs that runs on
//             reduction; $2 says whose value is kept: the second symbol's. $? is the last symbol
//             that has a value. Either may be missing: no action; the first symbol's value.
// The order of alternatives matters: where two fit, shifting wins over reducing and the earlier
// alternative over the later one, as upstream's own tables were made. `error` stands where
// parsing resumes after a syntax error.

%start unit
%actiontype Action

%token error
%token ASM ATTRIBUTE TYPEOF TYPEOF_TYPE STATIC_ASSERT
%token BRACES BRACKETS EXPRESSION DOTS
%token AUTO EXTERN INLINE REGISTER STATIC TYPEDEF EXTENSION
%token CHAR SHORT INT LONG SIGNED UNSIGNED FLOAT DOUBLE VOID BOOL VA_LIST BUILTIN_INT
%token TYPE STRUCT UNION ENUM
%token CONST VOLATILE RESTRICT SEGMENT
%token IDENT EXPORT
// What no production takes: numbers, literals, operators, stray bytes.
%token OTHER

%%

// ---- The translation unit -------------------------------------------------------------------

unit: declaration
    | unit declaration
    ;

declaration: begin_declaration external
    ;

begin_declaration:                                              { begin_declaration }
    ;

external: EXTENSION TYPEDEF extension_typedef_seen simple       { $4 }
    | TYPEDEF typedef_seen simple                               { $3 }
    | simple
    | function
    | asm
    | export
    | static_assert
    | error ';'                                                 { $2 }
    | error '}'                                                 { $2 }
    ;

extension_typedef_seen:                                         { typedef_seen }
    ;

typedef_seen:                                                   { typedef_seen }
    ;

simple: specifiers_opt declarators_opt ';'                      { simple_declaration $3 }
    ;

declarators_opt:
    | declarators
    ;

declarators: init_declarator                                    { first_declarator }
@..6.13    | declarators ',' init_declarator                    { next_declarator $3 }
@6.14..    | declarators ',' attributes_opt init_declarator     { next_declarator $4 }
    ;

init_declarator: declarator asm_opt attributes_opt initializer_opt { $? }
    ;

function: specifiers_opt declarator BRACES                      { function_definition $3 }
    ;

asm: ASM ';'                                                    { $2 }
    ;

export: EXPORT '(' IDENT ')' ';'                                { export $5 }
    ;

static_assert: STATIC_ASSERT ';'                                { $2 }
    ;

// ---- Specifiers -----------------------------------------------------------------------------

specifiers_opt:                                                 { no_specifiers }
    | specifiers
    ;

@..6.13 specifiers: specifier                                   { note_specifier }
@6.14.. specifiers: attributes_opt specifier                    { note_specifier }
    | specifiers specifier                                      { note_specifier }
@6.14..    | specifiers ATTRIBUTE                               { note_specifier }
    ;

specifier: storage_class                                        { drop_storage_class }
@..6.13    | type_specifier
@6.14..    | type_specifier                                     { type_specifier_seen }
@6.14..    | qualifier
    ;

storage_class: AUTO
    | REGISTER
    | STATIC
    | EXTERN                                                    { extern_seen }
    | INLINE                                                    { inline_seen }
    ;

type_specifier: simple_type
@..6.13    | qualifier
    | TYPEOF_TYPE '(' parameter ')'
    | TYPEOF
@..6.13    | STRUCT IDENT                                       { struct_reference $2 }
@..6.13    | UNION IDENT                                        { union_reference $2 }
@6.14..    | STRUCT attributes_opt IDENT                        { struct_reference $3 }
@6.14..    | UNION attributes_opt IDENT                         { union_reference $3 }
    | ENUM IDENT                                                { enum_reference $2 }
@..6.13    | STRUCT IDENT members                               { struct_definition $3 }
@..6.13    | UNION IDENT members                                { union_definition $3 }
@6.14..    | STRUCT attributes_opt IDENT members                { struct_definition $4 }
@6.14..    | UNION attributes_opt IDENT members                 { union_definition $4 }
    | ENUM IDENT enumerators                                    { enum_definition $3 }
    | ENUM enumerators                                          { anonymous_enum $2 }
@..6.13    | STRUCT members                                     { $2 }
@..6.13    | UNION members                                      { $2 }
@6.14..    | STRUCT attributes_opt members                      { $3 }
@6.14..    | UNION attributes_opt members                       { $3 }
    ;

// One terminal a word, since the tables' default reductions depend on how many terminals there are.
simple_type: CHAR | SHORT | INT | LONG | SIGNED | UNSIGNED | FLOAT | DOUBLE | VOID | BOOL | VA_LIST
    | BUILTIN_INT
    | TYPE                                                      { typedef_name }
    ;

// ---- Declarators ----------------------------------------------------------------------------

pointer: '*' qualifiers_opt                                     { $? }
    ;

qualifiers_opt:
    | qualifiers
    ;

qualifiers: qualifier
@6.14..    | ATTRIBUTE
    | qualifiers qualifier                                      { $2 }
@6.14..    | qualifiers ATTRIBUTE                               { $2 }
    ;

@..6.13 qualifier: CONST
@6.14.. qualifier: SEGMENT
@6.14..    | CONST
    | VOLATILE
@..6.13    | ATTRIBUTE
    | RESTRICT                                                  { drop_restrict }
    ;

// A declarator whose name is declared.
declarator: pointer declarator                                  { $2 }
    | direct
    ;

direct: IDENT                                                   { name_declarator }
@..6.13    | TYPE                                               { name_declarator }
    | direct '(' parameters ')'                                 { $4 }
    | direct '(' error ')'                                      { $4 }
    | direct BRACKETS                                           { $2 }
@..6.19    | '(' declarator ')'                                 { $3 }
@7.0..     | '(' attributes_opt declarator ')'                  { $4 }
    ;

// A member's declarator: its name is part of the text, and declares nothing.
nested: pointer nested                                          { $2 }
    | direct_nested
    ;

@..6.13 direct_nested: IDENT
@..6.13    | TYPE
@..6.13    | direct_nested '(' parameters ')'                   { $4 }
@..6.13    | direct_nested '(' error ')'                        { $4 }
@..6.13    | direct_nested BRACKETS                             { $2 }
@..6.13    | '(' nested ')'                                     { $3 }
@6.14.. direct_nested: nested_name
@6.14..    | nested_name '(' parameters ')'                     { $4 }
@6.14..    ;
@6.14.. nested_name: IDENT                                      { nested_name }
@6.14..    | nested_name '(' error ')'                          { $4 }
@6.14..    | nested_name BRACKETS                               { $2 }
@6.14..    | '(' attributes_opt nested ')'                      { $4 }
    | '(' error ')'                                             { $3 }
    ;

parameters: parameters_opt DOTS                                 { $2 }
    | parameters_opt
    | parameter_list ',' DOTS                                   { $3 }
    ;

parameters_opt:
    | parameter_list
    ;

@..6.13 parameter_list: parameter
@..6.13    | parameter_list ',' parameter                       { $3 }
@6.14.. parameter_list: parameter                               { parameter_end }
@6.14..    | parameter_list ',' parameter                       { parameter_end $3 }
    ;

// A parameter's name is dropped from the text, as private to the declaration.
@..6.13 parameter: specifiers abstract                          { $? }
@..6.13    ;
@..6.13 abstract: pointer abstract                              { $? }
@..6.13    | direct_abstract
@..6.13    ;
@..6.13 direct_abstract:
@..6.13    | IDENT                                              { drop_parameter_name }
@..6.13    | TYPE                                               { drop_parameter_name }
@..6.13    | direct_abstract '(' parameters ')'                 { $4 }
@..6.13    | direct_abstract '(' error ')'                      { $4 }
@..6.13    | direct_abstract BRACKETS                           { $2 }
@..6.13    | '(' abstract ')'                                   { $3 }
@..6.13    | '(' error ')'                                      { $3 }
@..6.13    ;

@6.14.. parameter: specifiers abstract_opt                      { $? }
@6.14..    ;
@6.14.. abstract_opt:
@6.14..    | abstract
@6.14..    ;
@6.14.. abstract: pointer
@6.14..    | pointer abstract                                   { $? }
@6.14..    | direct_abstract attributes_opt                     { abstract_end $2 }
@6.14..    ;
@6.14.. direct_abstract: abstract_name
@6.14..    | abstract_name open_parenthesis parameters ')'      { $4 }
@6.14..    | open_parenthesis parameters ')'                    { $3 }
@6.14..    ;
@6.14.. abstract_name: IDENT                                    { drop_parameter_name }
@6.14..    | abstract_name open_parenthesis error ')'           { $4 }
@6.14..    | abstract_name BRACKETS                             { $2 }
@6.14..    | open_parenthesis attributes_opt abstract ')'       { $4 }
@6.14..    | open_parenthesis error ')'                         { $3 }
@6.14..    | BRACKETS
@6.14..    ;
@6.14.. open_parenthesis: '('                                   { open_parenthesis }
@6.14..    ;

initializer_opt:
    | initializer
    ;

initializer: '=' EXPRESSION                                     { drop_initializer $2 }
    ;

// ---- Bodies ---------------------------------------------------------------------------------

members: '{' member_list_opt '}'                                { $3 }
    | '{' error '}'                                             { $3 }
    ;

member_list_opt:
    | member_list
    ;

// Plain members are read without these tables, by src/genksyms/members.rs: what changes in `member`,
// `specifiers` or `parameter` may have to change there, too. (The cases and the fuzzer compare.)
member_list: member
    | member_list member                                        { $2 }
    ;

@..6.13 member: specifiers_opt member_declarators_opt ';'       { $3 }
@..6.13    | error ';'                                          { $2 }
@6.14.. member: specifiers_opt member_declarators_opt ';'       { member_end $3 }
@6.14..    | error ';'                                          { member_end $2 }
    ;

member_declarators_opt:
    | member_declarators
    ;

@..6.13 member_declarators: member_declarator
@..6.13    | member_declarators ',' member_declarator           { $3 }
@6.14.. member_declarators: member_declarator                   { member_declarator_end }
@6.14..    | member_declarators ',' member_declarator           { member_declarator_end $3 }
    ;

member_declarator: nested attributes_opt                        { $? }
    | IDENT bit_field                                           { $2 }
    | bit_field
    ;

bit_field: ':' EXPRESSION                                       { $2 }
    ;

attributes_opt:
@..6.13    | attributes_opt ATTRIBUTE
@6.14..    | attributes_opt ATTRIBUTE                           { $2 }
    ;

enumerators: '{' enumerator_list '}'                            { $3 }
    | '{' enumerator_list ',' '}'                               { $4 }
    ;

enumerator_list: enumerator
    | enumerator_list ',' enumerator
    ;

enumerator: IDENT                                               { enumerator }
    | IDENT '=' EXPRESSION                                      { enumerator_with_value }
    ;

asm_opt:
    | ASM
    ;
