//! Random derivations of `grammar/declarations.y`: declarations as the parser's own grammar has
//! them, with names that collide.

use std::fs;

use anyhow::{Context, Result, anyhow};
use cfgrammar::Symbol as YaccSymbol;
use cfgrammar::yacc::{YaccGrammar, YaccKind, YaccOriginalActionKind};
use modversions::release::Language;

use super::text::{Names, Role, Token, Writer};
use crate::run::product::workspace;

/// How deep a derivation may be before each rule takes its shortest way to an end.
const DEEPEST: u32 = 26;

/// The weight of alternatives that the tables below do not name.
const USUAL: u32 = 100;

/// The weight of an alternative that is a mistake with its recovery.
const MISTAKE: u32 = 3;

/// The weight of an alternative upon which upstream eats all memory, which takes it long.
const ENDLESS: u32 = 0;

/// How often some alternatives are taken: the rule, a symbol of the alternative (or nothing for
/// the empty one), and the weight.
const WEIGHTS: &[(&str, &str, u32)] = &[
    ("external", "TYPEDEF", 200),
    ("external", "simple", 350),
    ("external", "function", 120),
    ("external", "asm", 12),
    ("external", "static_assert", 12),
    ("external", "EXTENSION", 25),
    ("specifiers_opt", "", 15),
    ("specifiers", "specifiers", 60),
    ("specifier", "storage_class", 30),
    ("specifier", "qualifier", 30),
    ("type_specifier", "simple_type", 700),
    ("type_specifier", "qualifier", 70),
    ("type_specifier", "IDENT", 160),
    ("simple_type", "TYPE", 900),
    ("declarators_opt", "", 30),
    ("declarators", "declarators", 30),
    ("declarator", "direct", 200),
    ("nested", "direct_nested", 200),
    ("direct", "IDENT", 500),
    ("direct", "TYPE", 50),
    ("direct_nested", "IDENT", 400),
    ("nested_name", "IDENT", 400),
    ("qualifiers_opt", "", 400),
    ("attributes_opt", "", 700),
    ("asm_opt", "", 900),
    ("initializer_opt", "", 300),
    ("parameters", "DOTS", 30),
    ("bit_field", "", 30),
    ("member_declarator", "bit_field", 25),
    ("parameter_list", "parameter_list", 90),
    ("member_list", "member_list", 150),
    ("enumerator_list", "enumerator_list", 150),
];

/// One symbol of a production.
#[derive(Clone, Copy, Debug)]
enum Symbol {
    /// A rule, by its number.
    Rule(usize),
    /// A terminal, by its number in `Grammar::terminals`.
    Terminal(usize),
}

/// One alternative of a rule.
#[derive(Debug)]
struct Alternative {
    /// What it is made of.
    symbols: Vec<Symbol>,
    /// How often it is taken.
    weight: u32,
    /// How deep the shallowest derivation of it is.
    depth: u32,
    /// It has parameters directly in it.
    has_parameters: bool,
}

/// The declaration language of one kernel.
pub struct Grammar {
    rules: Vec<Vec<Alternative>>,
    names: Vec<String>,
    terminals: Vec<String>,
    declaration: usize,
}

impl Grammar {
    /// Reads the grammar file of the workspace for `language`.
    pub fn read(language: Language) -> Result<Grammar> {
        let path = workspace().join("grammar/declarations.y");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let marks = match language {
            Language::Until613 => ["@..6.13", "@..6.19"],
            Language::Since614 => ["@6.14..", "@..6.19"],
            Language::Since70 => ["@6.14..", "@7.0.."],
        };
        let kind = YaccKind::Original(YaccOriginalActionKind::UserAction);
        let yacc = YaccGrammar::<u32>::new_with_storaget(kind, &of_language(&text, &marks))
            .map_err(|errors| anyhow!("grammar/declarations.y: {errors:?}"))?;
        Grammar::of_yacc(&yacc)
    }

    /// The grammar as this module needs it.
    fn of_yacc(yacc: &YaccGrammar<u32>) -> Result<Grammar> {
        let terminal = |index| yacc.token_name(index).unwrap_or("end").to_owned();
        let mut grammar = Grammar {
            rules: Vec::new(),
            names: yacc.iter_rules().map(|rule| yacc.rule_name_str(rule).to_owned()).collect(),
            terminals: yacc.iter_tidxs().map(terminal).collect(),
            declaration: 0,
        };
        let declaration = yacc.rule_idx("external").context("the grammar has no rule external")?;
        grammar.declaration = usize::from(declaration);
        for rule in yacc.iter_rules() {
            let productions = yacc.rule_to_prods(rule).iter().map(|production| {
                let symbols = yacc.prod(*production).iter().map(|symbol| match symbol {
                    YaccSymbol::Rule(rule) => Symbol::Rule(usize::from(*rule)),
                    YaccSymbol::Token(token) => Symbol::Terminal(usize::from(*token)),
                });
                grammar.alternative(usize::from(rule), symbols.collect())
            });
            let alternatives = productions.collect();
            grammar.rules.push(alternatives);
        }
        grammar.find_depths();
        Ok(grammar)
    }

    /// An alternative with its weight; its depth is not known yet.
    fn alternative(&self, rule: usize, symbols: Vec<Symbol>) -> Alternative {
        let has = |name: &str| symbols.iter().any(|symbol| self.name(*symbol) == name);
        let named = WEIGHTS.iter().find(|(of, symbol, _)| {
            *of == self.names[rule]
                && (has(symbol) || (symbol.is_empty() && symbols.is_empty()))
                && !has("members")
                && !has("enumerators")
        });
        let weight = match named {
            _ if has("error") => MISTAKE,
            Some((_, _, weight)) => *weight,
            None => USUAL,
        };
        let has_parameters = has("parameters");
        Alternative { symbols, weight, depth: u32::MAX, has_parameters }
    }

    /// The name of a symbol.
    fn name(&self, symbol: Symbol) -> &str {
        match symbol {
            Symbol::Rule(rule) => &self.names[rule],
            Symbol::Terminal(terminal) => &self.terminals[terminal],
        }
    }

    /// Finds how deep the shallowest derivation of each alternative is.
    fn find_depths(&mut self) {
        let mut of_rules = vec![u32::MAX; self.rules.len()];
        // Each round makes at least one more rule final.
        for _ in 0..self.rules.len() {
            for (rule, alternatives) in self.rules.iter_mut().enumerate() {
                for alternative in alternatives {
                    let deepest = alternative.symbols.iter().map(|symbol| match symbol {
                        Symbol::Rule(rule) => of_rules[*rule],
                        Symbol::Terminal(_) => 0,
                    });
                    alternative.depth = deepest.max().unwrap_or(0).saturating_add(1);
                    of_rules[rule] = of_rules[rule].min(alternative.depth);
                }
            }
        }
    }

    /// A random declaration; what it declares is added to `names`.
    pub fn declaration(&self, names: &mut Names, rng: &mut fastrand::Rng) -> Vec<Token> {
        let mut derivation = Derivation {
            grammar: self,
            writer: Writer { names, rng, is_typedef: false },
            tokens: Vec::new(),
            is_later_declarator: false,
        };
        derivation.rule(self.declaration, 0);
        derivation.tokens
    }
}

/// The grammar's text with the lines that have one of `marks`, without those that have others.
fn of_language(text: &str, marks: &[&str]) -> String {
    let mut freed = String::new();
    for line in text.lines() {
        let line = match marks.iter().find_map(|mark| line.strip_prefix(mark)) {
            Some(rest) => rest,
            None if line.starts_with('@') => "",
            None => line,
        };
        freed.push_str(line);
        freed.push('\n');
    }
    freed
}

/// One derivation under way.
struct Derivation<'a> {
    grammar: &'a Grammar,
    writer: Writer<'a>,
    tokens: Vec<Token>,
    /// A declarator went before in this declaration.
    is_later_declarator: bool,
}

impl Derivation<'_> {
    /// Derives a rule.
    fn rule(&mut self, rule: usize, depth: u32) {
        let grammar = self.grammar;
        let alternative = self.chosen(&grammar.rules[rule], depth);
        let last = alternative.symbols.len().saturating_sub(1);
        let is_list = grammar.names[rule] == "declarators" && last > 0;
        for (index, symbol) in alternative.symbols.iter().enumerate() {
            match *symbol {
                Symbol::Rule(inner) => {
                    let before = self.is_later_declarator;
                    self.is_later_declarator |= is_list && index == last;
                    self.rule(inner, depth + 1);
                    self.is_later_declarator = before;
                }
                Symbol::Terminal(terminal) => {
                    let role = self.role(&grammar.names[rule], index, alternative);
                    let name = grammar.terminals[terminal].as_str();
                    self.writer.terminal(name, role, &mut self.tokens);
                }
            }
        }
    }

    /// One of the alternatives by their weights, or the shallowest where it is deep already.
    fn chosen<'g>(&mut self, alternatives: &'g [Alternative], depth: u32) -> &'g Alternative {
        let shallowest = alternatives.iter().map(|one| one.depth).min().unwrap_or(0);
        let is_deep = depth > DEEPEST;
        let weight = |one: &Alternative| match () {
            () if is_deep && one.depth > shallowest => 0,
            () if self.is_later_declarator && one.has_parameters => ENDLESS,
            () => one.weight,
        };
        let sum: u32 = alternatives.iter().map(weight).sum();
        let mut left = self.writer.rng.u32(0..sum.max(1));
        for one in alternatives {
            if left < weight(one) {
                return one;
            }
            left -= weight(one);
        }
        &alternatives[0]
    }

    /// What the name at this place of the alternative is for.
    fn role(&self, rule: &str, index: usize, alternative: &Alternative) -> Role {
        let first = alternative.symbols.first().map(|symbol| self.grammar.name(*symbol));
        match rule {
            "type_specifier" if index > 0 => match first {
                Some("ENUM") => Role::EnumTag,
                _ => Role::Tag,
            },
            "enumerator" => Role::Constant,
            "export" => Role::Exported,
            "direct" => Role::Declared,
            _ => Role::Any,
        }
    }
}
