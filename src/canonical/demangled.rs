//! Names that Rust's compiler has mangled, as its source has them.

/// How long a name may be: a mangled one may stand for a much longer one.
const LONGEST: usize = 16 << 10;

/// A symbol as Rust's source calls it, without the hash of its crate; any other as it is.
pub fn demangled(symbol: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(symbol).ok();
    let name = text.and_then(|text| rustc_demangle::try_demangle(text).ok());
    let name = name.map(|name| format!("{name:#}")).filter(|name| name.len() <= LONGEST);
    name.map_or_else(|| symbol.to_owned(), String::into_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_rust_are_demangled() {
        for (symbol, expected) in [
            ("_RNvCs8aq1WYKHa5W_4pump2f2", "pump::f2"),
            ("_RNvNtCs1_6kernel5print4call", "kernel::print::call"),
            ("_printk", "_printk"),
            ("_R", "_R"),
        ] {
            assert_eq!(demangled(symbol.as_bytes()), expected.as_bytes(), "{symbol}");
        }
    }
}
