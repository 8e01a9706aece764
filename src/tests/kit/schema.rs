//! Whether JSON that we print is what its documented schema says.

#![allow(clippy::unwrap_used, reason = "only tests use it, and a test's panic is its report")]

use std::path::Path;

use boon::{Compiler, Draft, Schemas};
use serde_json::Value;

/// Panics, with what is wrong, unless `document` is as `docs/NAME.schema.json` says.
///
/// # Panics
/// It is not so, or there is no such schema.
pub fn assert_of_schema(document: &Value, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs");
    let path = path.canonicalize().unwrap().join(format!("{name}.schema.json"));
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V2020_12);
    let schema = compiler.compile(path.to_str().unwrap(), &mut schemas).unwrap();
    if let Err(error) = schemas.validate(document, schema) {
        panic!("{error:#}\n{document:#}");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::assert_of_schema;

    #[test]
    #[should_panic(expected = "required")]
    fn a_document_without_its_members_is_refused() {
        assert_of_schema(&json!({}), "abi-diff");
    }
}
