//! One fact of a module, as `modinfo --field` prints it.

use super::show::key;
use crate::module::{Module, Signer};
use crate::shown::Page;

/// The values of a field of the module at `path`, one a line: of `.modinfo`, else the file's name, or
/// who signed it. None if it has no such field.
pub fn show_field(field: &[u8], path: &[u8], module: &Module<'_>) -> Page {
    let mut page = Page::default();
    module.values(field).for_each(|value| page.line(value));
    let signer = || module.signature_message.and_then(Signer::of);
    let value = match field {
        b"filename" => Some(path.to_owned()),
        b"sig_id" => module.signature_message.map(|_| b"PKCS#7".to_vec()),
        b"signer" => signer().and_then(|it| it.name.map(<[u8]>::to_vec)),
        b"sig_key" => signer().map(|it| key(it.key).into_bytes()),
        b"sig_hashalgo" => signer().and_then(|it| it.hash).map(|it| it.as_bytes().to_vec()),
        _ => None,
    };
    value.iter().for_each(|value| page.line(value));
    page
}
