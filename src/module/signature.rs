//! The signature after a module's last section: a message of PKCS#7, twelve bytes about it, and a
//! line of text.
//!
//! Whether it is valid can only be checked with the key, which is in the kernel and not in its files.

mod message;

pub use message::Signer;

/// What the file ends with if it is signed.
const MARKER: &[u8] = b"~Module signature appended~\n";

/// How many bytes there are between the signature and the marker.
const TRAILER: usize = 12;

/// The kind of signature that the kernel knows.
const PKCS7: u8 = 2;

/// A module's signature, as far as its form goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// There is none.
    None,
    /// There is one of so many bytes.
    Appended(u32),
    /// There is something that is none.
    Bad(SignatureFault),
}

/// What is wrong with the form of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// It would be longer than the file.
    Length,
    /// It is not of the kind that the kernel knows.
    Kind,
    /// Numbers that are always zero are not.
    Parameters,
}

impl Signature {
    /// That of the module in `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes.strip_suffix(MARKER) {
            None => Self::None,
            Some(rest) => read(rest).map_or_else(Self::Bad, Self::Appended),
        }
    }
}

/// How long the signature is that `bytes` and its trailer end with.
fn read(bytes: &[u8]) -> Result<u32, SignatureFault> {
    let (before, trailer) = bytes.split_last_chunk::<TRAILER>().ok_or(SignatureFault::Length)?;
    let [algorithm, hash, kind, signer, key, padding @ ..] = *trailer;
    let [zeros @ .., a, b, c, d] = padding;
    let length = u32::from_be_bytes([a, b, c, d]);
    if length as usize >= before.len() {
        return Err(SignatureFault::Length);
    }
    if kind != PKCS7 {
        return Err(SignatureFault::Kind);
    }
    if [algorithm, hash, signer, key] != [0; 4] || zeros != [0; 3] {
        return Err(SignatureFault::Parameters);
    }
    Ok(length)
}

/// The message of the signature that the module in `bytes` has; none if it has none of the right
/// form.
pub(super) fn message(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_suffix(MARKER)?;
    let length = read(rest).ok()? as usize;
    let (rest, _) = rest.split_last_chunk::<TRAILER>()?;
    Some(&rest[rest.len() - length..])
}

/// The module without its signature: what the kernel goes on with.
pub fn unsigned(bytes: &[u8]) -> &[u8] {
    let Some(rest) = bytes.strip_suffix(MARKER) else { return bytes };
    match read(rest) {
        Ok(length) => &rest[..rest.len() - TRAILER - length as usize],
        Err(_) => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(trailer: [u8; TRAILER]) -> Vec<u8> {
        [b"module", &b"sig"[..], &trailer, MARKER].concat()
    }

    #[test]
    fn a_signature_is_told_by_its_form() {
        let good = [0, 0, PKCS7, 0, 0, 0, 0, 0, 0, 0, 0, 3];
        assert_eq!(Signature::of(&signed(good)), Signature::Appended(3));
        assert_eq!(unsigned(&signed(good)), b"module");
        assert_eq!(Signature::of(b"module"), Signature::None);
        assert_eq!(unsigned(b"module"), b"module");
        for (at, value, fault) in [
            (2, 1, SignatureFault::Kind),
            (4, 1, SignatureFault::Parameters),
            (7, 1, SignatureFault::Parameters),
            (11, 9, SignatureFault::Length),
            (8, 0xff, SignatureFault::Length),
        ] {
            let mut trailer = good;
            trailer[at] = value;
            assert_eq!(Signature::of(&signed(trailer)), Signature::Bad(fault));
        }
        assert_eq!(Signature::of(MARKER), Signature::Bad(SignatureFault::Length));
    }
}
