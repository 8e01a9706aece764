//! Texts in JSON, which has no type for bytes.

use serde::{Serialize, Serializer};

/// Bytes: a string if they are UTF-8, else their hexadecimal digits in an object.
pub(crate) struct Text<'a>(pub(crate) &'a [u8]);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => {
                let hex = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
                Hex { hex }.serialize(serializer)
            }
        }
    }
}

#[derive(Serialize)]
struct Hex {
    hex: String,
}

/// Several texts.
pub(crate) fn texts(texts: &[Vec<u8>]) -> Vec<Text<'_>> {
    texts.iter().map(|text| Text(text)).collect()
}

/// A document, with a newline at its end.
pub(crate) fn document(document: &impl Serialize) -> Vec<u8> {
    // What is written fails only where a map has a key that is no text, or the stream fails; there
    // is neither here.
    let mut text = serde_json::to_vec_pretty(document).unwrap_or_default();
    text.push(b'\n');
    text
}

/// A CRC, as dumps have it.
pub(crate) fn crc(crc: u32) -> String {
    format!("{crc:#010x}")
}
