//! What is asked of the preprocessor.

/// What is asked of the preprocessor: a command line, once it is understood.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The source file.
    pub input: Vec<u8>,
    /// `-D` and `-U`, in order: text of `#define` and `#undef` lines.
    pub definitions: Vec<u8>,
    /// What the compiler predefines: text of `#define` lines.
    pub predefined: Vec<u8>,
    /// The builtin macros that the compiler has for questions: `__has_attribute`.
    pub questions: Vec<Vec<u8>>,
    /// `-include`, in order.
    pub included: Vec<Vec<u8>>,
    /// `-iquote`, in order.
    pub quote_directories: Vec<Vec<u8>>,
    /// `-I`, in order.
    pub directories: Vec<Vec<u8>>,
    /// `-isystem`, in order.
    pub system_directories: Vec<Vec<u8>>,
    /// `-fmacro-prefix-map=OLD=NEW`, the last first.
    pub prefix_maps: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether bodies of functions are left out.
    pub leaves_out_bodies: bool,
    /// Whether the compiler may warn of undefined names in `#if`.
    pub warns_of_undefined: bool,
    /// The target of a list of dependencies, if one is wanted.
    pub dependencies: Option<Dependencies>,
}

/// Which list of dependencies is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependencies {
    /// The target of the rule.
    pub target: Vec<u8>,
    /// Whether headers of the system are in it.
    pub with_system_headers: bool,
}

impl Request {
    /// A path as `__FILE__` has it.
    pub(super) fn mapped(&self, path: &[u8]) -> Vec<u8> {
        for (old, new) in &self.prefix_maps {
            if let Some(rest) = path.strip_prefix(old.as_slice()) {
                return [new, rest].concat();
            }
        }
        path.to_vec()
    }
}
