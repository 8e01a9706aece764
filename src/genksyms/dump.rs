//! The text of the `-T` file: what the exports reached, each symbol with its own definition.

use super::session::Session;

/// One line for each symbol, in the order in which their expansions were complete: what a
/// definition refers to comes before it, but for what refers to itself.
pub(super) fn symtypes(session: &Session<'_>) -> Vec<u8> {
    let definitions = &session.definitions;
    let mut text = Vec::new();
    for id in &session.reached {
        let symbol = definitions.symbol(*id);
        if symbol.is_override {
            text.extend_from_slice(b"override ");
        }
        if let Some(letter) = symbol.kind.letter() {
            text.extend_from_slice(&[letter, b'#']);
        }
        text.extend_from_slice(definitions.name(*id));
        text.push(b' ');
        if symbol.is_extern {
            text.extend_from_slice(b"extern ");
        }
        session.renderings.print(*id, &mut text);
        text.push(b'\n');
    }
    text
}
