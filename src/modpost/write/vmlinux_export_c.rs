//! `.vmlinux.export.c`: what the kernel itself exports.

use super::context::Context;
use super::exports;
use crate::modpost::messages::Message;
use crate::modpost::module_set::Module;
use crate::modpost::object_facts::ModuleFacts;
use crate::modpost::text::{Fatal, Text};
use crate::release::BuiltinAliases;

/// Where it is written: in the working directory.
pub(in crate::modpost) const PATH: &[u8] = b".vmlinux.export.c";

/// The text.
///
/// # Errors
/// A line is too long. What is said before that is in `messages`.
pub(in crate::modpost) fn text(
    module: &Module<'_>,
    facts: &ModuleFacts,
    context: Context<'_>,
    messages: &mut Vec<Message>,
) -> Result<Text, Fatal> {
    let mut out = Text::default();
    out.print(&[b"#include <linux/export-internal.h>\n"])?;
    exports::append(&mut out, module, context, messages)?;
    if context.release.builtin_aliases == BuiltinAliases::Written {
        out.print(&[b"#include <linux/module.h>\n\
            #undef __MODULE_INFO_PREFIX\n\
            #define __MODULE_INFO_PREFIX\n"])?;
        facts.aliases.print_builtin(&mut out)?;
    }
    Ok(out)
}
