// The declaration language of genksyms, as the parser tables are made from it
// (`cargo xtask codegen` writes src/genksyms/tables.rs; a test fails when that file is stale).
//
// Notation: yacc, read by the cfgrammar crate, with three additions.
//   @..6.13   before a line: the line stands only in the language of kernels up to 6.13
//   @6.14..   before a line: the line stands only in the language of kernels from 6.14
//   { name }  is no code: it names the action in src/genksyms/actions.rs that runs on reduction.
//             No name: the value of the first symbol is kept.
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

declaration: begin_declaration external                        { end_declaration }
    ;

begin_declaration:                                              { begin_declaration }
    ;

external: EXTENSION TYPEDEF extension_typedef_seen simple       { take_last }
    | TYPEDEF typedef_seen simple                               { take_last }
    | simple
    | function
    | asm
    | export
    | static_assert
    | error ';'                                                 { take_last }
    | error '}'                                                 { take_last }
    ;

extension_typedef_seen:                                         { typedef_seen }
    ;

typedef_seen:                                                   { typedef_seen }
    ;

simple: specifiers_opt declarators_opt ';'                      { simple_declaration }
    ;

declarators_opt:                                                { none }
    | declarators
    ;

declarators: init_declarator                                    { first_declarator }
@..6.13    | declarators ',' init_declarator                    { next_declarator }
@6.14..    | declarators ',' attributes_opt init_declarator     { next_declarator }
    ;

init_declarator: declarator asm_opt attributes_opt initializer_opt { last_given }
    ;

function: specifiers_opt declarator BRACES                      { function_definition }
    ;

asm: ASM ';'                                                    { take_last }
    ;

export: EXPORT '(' IDENT ')' ';'                                { export }
    ;

static_assert: STATIC_ASSERT ';'                                { take_last }
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
@..6.13    | STRUCT IDENT                                       { struct_reference }
@..6.13    | UNION IDENT                                        { union_reference }
@6.14..    | STRUCT attributes_opt IDENT                        { struct_reference }
@6.14..    | UNION attributes_opt IDENT                         { union_reference }
    | ENUM IDENT                                                { enum_reference }
@..6.13    | STRUCT IDENT members                               { struct_definition }
@..6.13    | UNION IDENT members                                { union_definition }
@6.14..    | STRUCT attributes_opt IDENT members                { struct_definition }
@6.14..    | UNION attributes_opt IDENT members                 { union_definition }
    | ENUM IDENT enumerators                                    { enum_definition }
    | ENUM enumerators                                          { anonymous_enum }
@..6.13    | STRUCT members                                     { take_last }
@..6.13    | UNION members                                      { take_last }
@6.14..    | STRUCT attributes_opt members                      { take_last }
@6.14..    | UNION attributes_opt members                       { take_last }
    ;

// One terminal a word, since the tables' default reductions depend on how many terminals there are.
simple_type: CHAR | SHORT | INT | LONG | SIGNED | UNSIGNED | FLOAT | DOUBLE | VOID | BOOL | VA_LIST
    | BUILTIN_INT
    | TYPE                                                      { typedef_name }
    ;

// ---- Declarators ----------------------------------------------------------------------------

pointer: '*' qualifiers_opt                                     { last_given }
    ;

qualifiers_opt:                                                 { none }
    | qualifiers
    ;

qualifiers: qualifier
@6.14..    | ATTRIBUTE
    | qualifiers qualifier                                      { take_last }
@6.14..    | qualifiers ATTRIBUTE                               { take_last }
    ;

@..6.13 qualifier: CONST
@6.14.. qualifier: SEGMENT
@6.14..    | CONST
    | VOLATILE
@..6.13    | ATTRIBUTE
    | RESTRICT                                                  { drop_restrict }
    ;

// A declarator whose name is declared.
declarator: pointer declarator                                  { take_last }
    | direct
    ;

direct: IDENT                                                   { name_declarator }
@..6.13    | TYPE                                               { name_declarator }
    | direct '(' parameters ')'                                 { take_last }
    | direct '(' error ')'                                      { take_last }
    | direct BRACKETS                                           { take_last }
@..6.13    | '(' declarator ')'                                 { take_last }
@6.14..    | '(' attributes_opt declarator ')'                  { take_last }
    ;

// A member's declarator: its name is part of the text, and declares nothing.
nested: pointer nested                                          { take_last }
    | direct_nested
    ;

@..6.13 direct_nested: IDENT
@..6.13    | TYPE
@..6.13    | direct_nested '(' parameters ')'                   { take_last }
@..6.13    | direct_nested '(' error ')'                        { take_last }
@..6.13    | direct_nested BRACKETS                             { take_last }
@..6.13    | '(' nested ')'                                     { take_last }
@6.14.. direct_nested: nested_name
@6.14..    | nested_name '(' parameters ')'                     { take_last }
@6.14..    ;
@6.14.. nested_name: IDENT                                      { nested_name }
@6.14..    | nested_name '(' error ')'                          { take_last }
@6.14..    | nested_name BRACKETS                               { take_last }
@6.14..    | '(' attributes_opt nested ')'                      { take_last }
    | '(' error ')'                                             { take_last }
    ;

parameters: parameters_opt DOTS                                 { take_last }
    | parameters_opt
    | parameter_list ',' DOTS                                   { take_last }
    ;

parameters_opt:                                                 { none }
    | parameter_list
    ;

parameter_list: parameter                                       { parameter_end }
    | parameter_list ',' parameter                              { parameter_end }
    ;

// A parameter's name is dropped from the text, as private to the declaration.
@..6.13 parameter: specifiers abstract                          { last_given }
@..6.13    ;
@..6.13 abstract: pointer abstract                              { last_given }
@..6.13    | direct_abstract
@..6.13    ;
@..6.13 direct_abstract:                                        { none }
@..6.13    | IDENT                                              { drop_parameter_name }
@..6.13    | TYPE                                               { drop_parameter_name }
@..6.13    | direct_abstract '(' parameters ')'                 { take_last }
@..6.13    | direct_abstract '(' error ')'                      { take_last }
@..6.13    | direct_abstract BRACKETS                           { take_last }
@..6.13    | '(' abstract ')'                                   { take_last }
@..6.13    | '(' error ')'                                      { take_last }
@..6.13    ;

@6.14.. parameter: specifiers abstract_opt                      { last_given }
@6.14..    ;
@6.14.. abstract_opt:                                           { none }
@6.14..    | abstract
@6.14..    ;
@6.14.. abstract: pointer
@6.14..    | pointer abstract                                   { last_given }
@6.14..    | direct_abstract attributes_opt                     { abstract_end }
@6.14..    ;
@6.14.. direct_abstract: abstract_name
@6.14..    | abstract_name open_parenthesis parameters ')'      { take_last }
@6.14..    | open_parenthesis parameters ')'                    { take_last }
@6.14..    ;
@6.14.. abstract_name: IDENT                                    { drop_parameter_name }
@6.14..    | abstract_name open_parenthesis error ')'           { take_last }
@6.14..    | abstract_name BRACKETS                             { take_last }
@6.14..    | open_parenthesis attributes_opt abstract ')'       { take_last }
@6.14..    | open_parenthesis error ')'                         { take_last }
@6.14..    | BRACKETS
@6.14..    ;
@6.14.. open_parenthesis: '('                                   { open_parenthesis }
@6.14..    ;

initializer_opt:                                                { none }
    | initializer
    ;

initializer: '=' EXPRESSION                                     { drop_initializer }
    ;

// ---- Bodies ---------------------------------------------------------------------------------

members: '{' member_list_opt '}'                                { take_last }
    | '{' error '}'                                             { take_last }
    ;

member_list_opt:                                                { none }
    | member_list
    ;

member_list: member
    | member_list member                                        { take_last }
    ;

member: specifiers_opt member_declarators_opt ';'               { member_end }
    | error ';'                                                 { member_end }
    ;

member_declarators_opt:                                         { none }
    | member_declarators
    ;

member_declarators: member_declarator                           { member_declarator_end }
    | member_declarators ',' member_declarator                  { member_declarator_end }
    ;

member_declarator: nested attributes_opt                        { last_given }
    | IDENT bit_field                                           { take_last }
    | bit_field
    ;

bit_field: ':' EXPRESSION                                       { take_last }
    ;

attributes_opt:                                                 { none }
@..6.13    | attributes_opt ATTRIBUTE
@6.14..    | attributes_opt ATTRIBUTE                           { take_last }
    ;

enumerators: '{' enumerator_list '}'                            { take_last }
    | '{' enumerator_list ',' '}'                               { take_last }
    ;

enumerator_list: enumerator
    | enumerator_list ',' enumerator
    ;

enumerator: IDENT                                               { enumerator }
    | IDENT '=' EXPRESSION                                      { enumerator_with_value }
    ;

asm_opt:                                                        { none }
    | ASM
    ;
