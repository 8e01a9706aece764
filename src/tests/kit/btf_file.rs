//! Files of BTF, made in tests.

/// BTF as it is written. Numbers of types are counted from 1 in the order of the calls.
pub struct Writer {
    /// The byte order of the file.
    pub is_big_endian: bool,
    /// The section of types.
    pub words: Vec<u32>,
    /// How many types there are.
    pub count: u32,
    /// The section of kind layouts, if there is one.
    pub kind_layouts: Vec<u8>,
    /// The section of names, each with its zero byte.
    pub names: Vec<u8>,
    /// What the names and types of the kernel take, if this is a module's.
    base: (u32, u32),
}

/// `BTF_KIND_INT`.
pub const INT: u32 = 1;
/// `BTF_KIND_PTR`.
pub const POINTER: u32 = 2;
/// `BTF_KIND_ARRAY`.
pub const ARRAY: u32 = 3;
/// `BTF_KIND_STRUCT`.
pub const STRUCT: u32 = 4;
/// `BTF_KIND_UNION`.
pub const UNION: u32 = 5;
/// `BTF_KIND_ENUM`.
pub const ENUM: u32 = 6;
/// `BTF_KIND_FWD`.
pub const FORWARD: u32 = 7;
/// `BTF_KIND_TYPEDEF`.
pub const TYPEDEF: u32 = 8;
/// `BTF_KIND_CONST`.
pub const CONST: u32 = 10;
/// `BTF_KIND_FUNC`.
pub const FUNCTION: u32 = 12;
/// `BTF_KIND_FUNC_PROTO`.
pub const PROTOTYPE: u32 = 13;
/// `BTF_KIND_VAR`.
pub const VARIABLE: u32 = 14;
/// `BTF_KIND_DATASEC`.
pub const SECTION: u32 = 15;
/// `BTF_KIND_FLOAT`.
pub const FLOAT: u32 = 16;
/// `BTF_KIND_DECL_TAG`.
pub const DECLARATION_TAG: u32 = 17;
/// `BTF_KIND_TYPE_TAG`.
pub const TYPE_TAG: u32 = 18;
/// `BTF_KIND_ENUM64`.
pub const ENUM64: u32 = 19;

/// The flag that stands above the kind.
pub const FLAG: u32 = 1 << 31;

impl Writer {
    /// A file without types.
    pub fn new(is_big_endian: bool) -> Self {
        Self {
            is_big_endian,
            words: Vec::new(),
            count: 0,
            kind_layouts: Vec::new(),
            names: vec![0],
            base: (0, 0),
        }
    }

    /// For a module of the kernel that `base` is of.
    pub fn on(base: &Writer) -> Self {
        let taken = (base.names.len() as u32, base.count);
        Self { names: Vec::new(), base: taken, ..Self::new(base.is_big_endian) }
    }

    /// Adds a name; its offset.
    pub fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let offset = self.base.0 + self.names.len() as u32;
        self.names.extend_from_slice(name.as_bytes());
        self.names.push(0);
        offset
    }

    /// Adds a type: its name, kind and flag, count, third word, and the words behind them.
    pub fn add(&mut self, name: &str, kind: u32, count: u32, third: u32, rest: &[u32]) -> u32 {
        let name = self.name(name);
        let info = (kind & FLAG) | (kind & !FLAG) << 24 | count;
        self.words.extend_from_slice(&[name, info, third]);
        self.words.extend_from_slice(rest);
        self.count += 1;
        self.base.1 + self.count
    }

    /// Adds an integer; a signed one has the flag 1 in its encoding.
    pub fn int(&mut self, name: &str, size: u32) -> u32 {
        self.add(name, INT, 0, size, &[(1 << 24) | (size * 8)])
    }

    /// Adds a type with entries of a name, and one or two numbers.
    pub fn list(&mut self, name: &str, kind: u32, third: u32, entries: &[(&str, &[u32])]) -> u32 {
        let mut rest = Vec::new();
        for (name, numbers) in entries {
            rest.push(self.name(name));
            rest.extend_from_slice(numbers);
        }
        self.add(name, kind, entries.len() as u32, third, &rest)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let (types, names) = (self.words.len() as u32 * 4, self.names.len() as u32);
        let number = |number: u32| match self.is_big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        };
        let mut bytes = match self.is_big_endian {
            true => vec![0xeb, 0x9f, 1, 0],
            false => vec![0x9f, 0xeb, 1, 0],
        };
        let layouts = self.kind_layouts.len() as u32;
        let header = match layouts {
            0 => vec![24, 0, types, types, names],
            _ => vec![32, 0, types, types + layouts, names, types, layouts],
        };
        for word in header.iter().chain(&self.words) {
            bytes.extend_from_slice(&number(*word));
        }
        bytes.extend_from_slice(&self.kind_layouts);
        bytes.extend_from_slice(&self.names);
        bytes
    }
}

/// The BTF of a kernel with a type of most kinds. It has the function `open` and the variable `calls`,
/// both with a `struct device`, which is called `device_t`, too.
pub fn small_kernel(is_big_endian: bool) -> Writer {
    let mut to = Writer::new(is_big_endian);
    let int = to.int("int", 4);
    let long = to.int("long int", 8);
    let constant = to.add("", CONST, 0, int, &[]);
    let pointer = to.add("", POINTER, 0, constant, &[]);
    let mode = to.list("mode", ENUM, 4, &[("SLOW", &[0]), ("FAST", &[1])]);
    let pair = to.add("", ARRAY, 0, 0, &[int, int, 2]);
    let word = to.list("word", UNION, 8, &[("whole", &[long, 0]), ("half", &[pair, 0])]);
    let members: [(&str, &[u32]); 3] =
        [("name", &[pointer, 0]), ("word", &[word, 64]), ("mode", &[mode, 128])];
    let device = to.list("device", STRUCT, 24, &members);
    let named = to.add("device_t", TYPEDEF, 0, device, &[]);
    let of_named = to.add("", POINTER, 0, named, &[]);
    let prototype = to.list("", PROTOTYPE, int, &[("device", &[of_named])]);
    to.add("open", FUNCTION, 1, prototype, &[]);
    to.add("calls", VARIABLE, 0, device, &[1]);
    to.list("task_struct", STRUCT, 8, &[("state", &[long, 0])]);
    to
}
