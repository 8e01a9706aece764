//! Who signed a module, by the message of its signature: CMS (RFC 5652), in DER.
//!
//! Of the message only the way to the first signer is read. Whatever is no DER there, or something
//! else than is expected, names nobody.

use der::asn1::AnyRef;
use der::{Reader, SliceReader, Tag, Tagged};

/// What a signature says of who made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signer<'d> {
    /// The common name of who issued the certificate: for a key that signs itself, its own.
    pub name: Option<&'d [u8]>,
    /// What identifies the key: the serial number of its certificate, else its own identifier.
    pub key: &'d [u8],
    /// The hash algorithm, as the kernel calls it; none if it is another one.
    pub hash: Option<&'static str>,
}

/// The identifier of common names.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// What the identifiers of NIST's hash algorithms begin with, and the last byte of each.
const NIST_HASHES: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];
const NIST: &[(u8, &str)] = &[
    (1, "sha256"),
    (2, "sha384"),
    (3, "sha512"),
    (4, "sha224"),
    (8, "sha3-256"),
    (9, "sha3-384"),
    (10, "sha3-512"),
];

/// The identifier of SHA-1.
const SHA1: &[u8] = &[0x2b, 14, 3, 2, 26];

impl<'d> Signer<'d> {
    /// The first that a message names; none if it names none.
    pub fn of(message: &'d [u8]) -> Option<Self> {
        let content = within(values(message).next()?, 1)?;
        let signed = values(content.value()).next()?;
        let signers = values(signed.value()).last().filter(|it| it.tag() == Tag::Set)?;
        let signer = values(signers.value()).next()?;
        let (who, hash) = (within(signer, 1)?, within(signer, 2)?);
        let hash = name_of_hash(within(hash, 0)?.value());
        match who.tag() {
            Tag::Sequence => {
                let (issuer, serial) = (within(who, 0)?, within(who, 1)?.value());
                let key = serial.strip_prefix(&[0]).filter(|it| !it.is_empty()).unwrap_or(serial);
                Some(Signer { name: common_name(issuer), key, hash })
            }
            _ => Some(Signer { name: None, key: who.value(), hash }),
        }
    }
}

/// The values in `bytes`, one after the other, as far as they are DER.
fn values(bytes: &[u8]) -> impl Iterator<Item = AnyRef<'_>> {
    let mut reader = SliceReader::new(bytes).ok();
    std::iter::from_fn(move || reader.as_mut()?.decode().ok())
}

/// The value of this number in another.
fn within(value: AnyRef<'_>, number: usize) -> Option<AnyRef<'_>> {
    values(value.value()).nth(number)
}

/// The first common name in a name.
fn common_name(name: AnyRef<'_>) -> Option<&[u8]> {
    let mut parts = values(name.value()).flat_map(|set| values(set.value()));
    let is_common =
        |part: &AnyRef<'_>| within(*part, 0).is_some_and(|it| it.value() == COMMON_NAME);
    Some(within(parts.find(is_common)?, 1)?.value())
}

/// What the kernel calls the hash algorithm of this identifier.
fn name_of_hash(identifier: &[u8]) -> Option<&'static str> {
    if identifier == SHA1 {
        return Some("sha1");
    }
    let [last] = identifier.strip_prefix(NIST_HASHES)? else { return None };
    NIST.iter().find(|(number, _)| number == last).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of `testdata/signatures`, which `openssl cms -sign -nocerts -noattr` wrote.
    fn message(hex: &str) -> Vec<u8> {
        let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
        let bytes = digits.chunks(2).map(|pair| u8::try_from(16 * pair[0] + pair[1]));
        bytes.collect::<Result<_, _>>().unwrap()
    }

    fn by_serial_number() -> Vec<u8> {
        message(include_str!("../../../testdata/signatures/by-serial-number.hex"))
    }

    #[test]
    fn a_signer_is_named_by_who_issued_the_certificate() {
        let signer = Signer {
            name: Some(b"Pump works signing key"),
            key: &[0xc0, 0xff, 0xee, 1, 2],
            hash: Some("sha256"),
        };
        assert_eq!(Signer::of(&by_serial_number()), Some(signer));
    }

    #[test]
    fn a_signer_may_be_named_by_the_key_alone() {
        let message = message(include_str!("../../../testdata/signatures/by-key-identifier.hex"));
        let signer = Signer::of(&message).unwrap();
        assert_eq!((signer.name, signer.key.len(), signer.hash), (None, 20, Some("sha512")));
    }

    #[test]
    fn a_damaged_message_names_somebody_or_nobody() {
        let message = by_serial_number();
        for at in 0..message.len() {
            let _ = Signer::of(&message[..at]);
            for value in [1, 0x80, 0xff] {
                let mut damaged = message.clone();
                damaged[at] ^= value;
                let _ = Signer::of(&damaged);
            }
        }
        assert_eq!(Signer::of(b""), None);
        assert_eq!(Signer::of(b"sig"), None);
    }
}
