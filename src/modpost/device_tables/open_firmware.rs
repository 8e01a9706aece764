//! Nodes of device trees, and virtual devices, which are identified by the same names.

use super::entries::{OF, VIO};
use super::fields::{Entry, Field};
use super::output::{Output, ROOM};
use super::pieces::{self, Piece};
use crate::modpost::{Fatal, messages};
use crate::release::AliasForm;

const TYPE: Field = OF.field("type");
const COMPATIBLE: Field = OF.field("compatible");

const NODE: [Piece; 2] = [OF.text("N", "name").if_given(), OF.text("T", "type").if_given()];
const VIRTUAL: [Piece; 2] = [VIO.text("T", "type").if_given(), VIO.text("S", "compat").if_given()];

/// `of:N*T*Cvendor,thing` for nodes that say no more, and `of:N*T*Cvendor,thingC*` for others.
pub(super) fn write_node(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let mut alias = b"of:".to_vec();
    pieces::write(&mut alias, &NODE, entry);
    let compatible = entry.text(COMPATIBLE);
    if !compatible.is_empty() {
        if !entry.text(TYPE).is_empty() {
            alias.push(b'*');
        }
        alias.push(b'C');
        alias.extend_from_slice(compatible);
    }
    underscore_spaces(&mut alias);
    output.alias(&alias)?;
    alias.extend_from_slice(b"C*");
    output.alias(&alias)
}

/// `vio:TnetworkSIBM,l-lan*`
pub(super) fn write_vio(entry: Entry<'_>, output: &mut Output<'_>) -> Result<(), Fatal> {
    let mut alias = b"vio:".to_vec();
    pieces::write(&mut alias, &VIRTUAL, entry);
    if alias.len() >= ROOM && output.release.alias_list != AliasForm::AsPrinted {
        return Err(Fatal(messages::alias_overflow(output.module)));
    }
    underscore_spaces(&mut alias);
    pieces::leave_open(&mut alias);
    output.alias(&alias)
}

/// The kernel replaces spaces in the same way when it asks for a module.
fn underscore_spaces(alias: &mut [u8]) {
    for byte in alias {
        if matches!(byte, b' ' | b'\t'..=b'\r') {
            *byte = b'_';
        }
    }
}
