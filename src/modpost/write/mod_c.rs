//! `<mod>.mod.c`: what the kernel that loads a module needs to know of it.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::context::Context;
use super::exports;
use crate::crc::hex_digits;
use crate::modpost::check::Checked;
use crate::modpost::messages::{self, Message};
use crate::modpost::module_set::{Module, ModuleId};
use crate::modpost::object_facts::ModuleFacts;
use crate::modpost::paths;
use crate::modpost::text::{Fatal, Text};
use crate::release::ModCTemplate;

/// The text for a module that was read from an object.
///
/// # Errors
/// A line is too long. What is said before that is in `messages`.
pub(in crate::modpost) fn text(
    module: &Module<'_>,
    facts: &ModuleFacts,
    checked: &Checked<'_>,
    context: Context<'_>,
    messages: &mut Vec<Message>,
) -> Result<Text, Fatal> {
    let mut out = Text::default();
    append_head(&mut out, facts, context)?;
    append_origin(&mut out, facts, context)?;
    exports::append(&mut out, module, context, messages)?;
    append_versions(&mut out, facts, checked, context, messages)?;
    append_dependencies(&mut out, checked, context)?;
    append_aliases(&mut out, facts)?;
    append_srcversion(&mut out, facts)?;
    Ok(out)
}

/// What precedes the module's own structure.
fn head(template: ModCTemplate) -> &'static str {
    match template {
        ModCTemplate::WithVermagic => {
            "#include <linux/module.h>\n\
             #define INCLUDE_VERMAGIC\n\
             #include <linux/build-salt.h>\n\
             #include <linux/elfnote-lto.h>\n\
             #include <linux/export-internal.h>\n\
             #include <linux/vermagic.h>\n\
             #include <linux/compiler.h>\n\
             \n\
             BUILD_SALT;\n\
             BUILD_LTO_INFO;\n\
             \n\
             MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
        }
        ModCTemplate::WithKsymtab => {
            "#include <linux/module.h>\n\
             #include <linux/export-internal.h>\n\
             #include <linux/compiler.h>\n\
             \n"
        }
    }
}

/// The structure that the kernel finds the module by.
fn append_head(out: &mut Text, facts: &ModuleFacts, context: Context<'_>) -> Result<(), Fatal> {
    // Upstream prints these in smaller pieces; none comes near the limit.
    out.print(&[head(context.release.mod_c).as_bytes()])?;
    out.print(&[b"MODULE_INFO(name, KBUILD_MODNAME);\n\
        \n\
        __visible struct module __this_module\n\
        __section(\".gnu.linkonce.this_module\") = {\n\
        \t.name = KBUILD_MODNAME,\n"])?;
    if facts.has_init {
        out.print(&[b"\t.init = init_module,\n"])?;
    }
    if facts.has_cleanup {
        out.print(&[b"#ifdef CONFIG_MODULE_UNLOAD\n\t.exit = cleanup_module,\n#endif\n"])?;
    }
    out.print(&[b"\t.arch = MODULE_ARCH_INIT,\n};\n"])
}

/// Where the module comes from.
fn append_origin(out: &mut Text, facts: &ModuleFacts, context: Context<'_>) -> Result<(), Fatal> {
    if !context.options.external {
        out.print(&[b"\nMODULE_INFO(intree, \"Y\");\n"])?;
    }
    if context.release.mod_c == ModCTemplate::WithVermagic {
        let text = b"\n#ifdef CONFIG_RETPOLINE\nMODULE_INFO(retpoline, \"Y\");\n#endif\n";
        out.print(&[text])?;
    }
    if facts.name.starts_with(b"drivers/staging") {
        out.print(&[b"\nMODULE_INFO(staging, \"Y\");\n"])?;
    }
    if facts.name.starts_with(b"tools/testing") {
        out.print(&[b"\nMODULE_INFO(test, \"Y\");\n"])?;
    }
    Ok(())
}

/// The CRCs of what the module uses, with `-m`.
fn append_versions(
    out: &mut Text,
    facts: &ModuleFacts,
    checked: &Checked<'_>,
    context: Context<'_>,
    messages: &mut Vec<Message>,
) -> Result<(), Fatal> {
    if !context.options.modversions {
        return Ok(());
    }
    out.print(&[b"\nstatic const struct modversion_info ____versions[]\n\
        __used __section(\"__versions\") = {\n"])?;
    for (undefined, used) in facts.undefined.iter().zip(&checked.uses) {
        let Some(export) = used.map(|used| context.set.export(used)) else {
            continue;
        };
        let name = facts.text(undefined.name);
        let Some(crc) = export.crc else {
            messages.push(messages::use_without_crc(name, &facts.name));
            continue;
        };
        if name.len() >= facts.name_room {
            messages.push(messages::symbol_too_long(name, &facts.name));
            // Upstream gives up on the rest, too.
            break;
        }
        let digits = hex_digits(crc);
        let words: [&[u8]; 5] = [b"\t{ ", &alternate(&digits), b", \"", name, b"\" },\n"];
        out.print(&words)?;
    }
    out.print(&[b"};\n"])
}

/// A number as C's `%#8x` has it: without zeros in front, at least eight bytes wide, and a mere 0
/// for zero.
fn alternate(digits: &[u8; 8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let text = if zeros == 8 { b"0".to_vec() } else { [b"0x", &digits[zeros..]].concat() };
    let blanks = 8_usize.saturating_sub(text.len());
    [&b"        "[..blanks], &text].concat()
}

/// The modules that must be loaded before, each once, in the order of their use.
fn append_dependencies(
    out: &mut Text,
    checked: &Checked<'_>,
    context: Context<'_>,
) -> Result<(), Fatal> {
    out.print(&[b"\nMODULE_INFO(depends, \""])?;
    let mut seen = IndexSet::<ModuleId, FxBuildHasher>::default();
    for used in checked.uses.iter().flatten() {
        let owner = context.set.export(*used).module;
        let module = context.set.module(owner);
        if module.is_vmlinux || !seen.insert(owner) {
            continue;
        }
        let comma: &[u8] = if seen.len() == 1 { b"" } else { b"," };
        out.print(&[comma, paths::base_name(module.name)])?;
    }
    out.print(&[b"\");\n"])
}

fn append_aliases(out: &mut Text, facts: &ModuleFacts) -> Result<(), Fatal> {
    out.print(&[b"\n"])?;
    out.append(&facts.aliases);
    Ok(())
}

fn append_srcversion(out: &mut Text, facts: &ModuleFacts) -> Result<(), Fatal> {
    match &facts.srcversion {
        Some(digits) => out.print(&[b"\nMODULE_INFO(srcversion, \"", digits, b"\");\n"]),
        None => Ok(()),
    }
}
