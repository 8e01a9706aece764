//! `<mod>.mod.c`: what the kernel that loads a module needs to know of it.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::context::Context;
use super::{exports, versions};
use crate::modpost::check::Checked;
use crate::modpost::messages::Message;
use crate::modpost::module_set::{Module, ModuleId};
use crate::modpost::object_facts::ModuleFacts;
use crate::modpost::paths;
use crate::modpost::text::{Fatal, Text};
use crate::release::{DependsForm, ModCTemplate, Retpoline, TestMarks};

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
    let mut out = Text::of(context.release);
    append_head(&mut out, facts, context)?;
    append_origin(&mut out, facts, context)?;
    exports::append(&mut out, module, context, messages)?;
    versions::append(&mut out, facts, checked, context, messages)?;
    append_dependencies(&mut out, checked, context)?;
    out.print(&[b"\n"])?;
    facts.aliases.print(&mut out)?;
    append_srcversion(&mut out, facts)?;
    if let Some((major, minor)) = context.options.rhel_version {
        let number = format!("{major}.{minor}");
        out.print(&[b"MODULE_INFO(rhelversion, \"", number.as_bytes(), b"\");\n"])?;
    }
    Ok(out)
}

/// What precedes the module's own structure.
fn head(template: ModCTemplate) -> &'static str {
    match template {
        ModCTemplate::WithoutSalt => {
            "#include <linux/module.h>\n\
             #include <linux/vermagic.h>\n\
             #include <linux/compiler.h>\n\
             \n\
             MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
        }
        ModCTemplate::SaltFirst => {
            "#include <linux/build-salt.h>\n\
             #include <linux/module.h>\n\
             #include <linux/vermagic.h>\n\
             #include <linux/compiler.h>\n\
             \n\
             BUILD_SALT;\n\
             \n\
             MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
        }
        ModCTemplate::WithoutLto => {
            "#include <linux/module.h>\n\
             #define INCLUDE_VERMAGIC\n\
             #include <linux/build-salt.h>\n\
             #include <linux/vermagic.h>\n\
             #include <linux/compiler.h>\n\
             \n\
             BUILD_SALT;\n\
             \n\
             MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
        }
        ModCTemplate::WithoutExports => {
            "#include <linux/module.h>\n\
             #define INCLUDE_VERMAGIC\n\
             #include <linux/build-salt.h>\n\
             #include <linux/elfnote-lto.h>\n\
             #include <linux/vermagic.h>\n\
             #include <linux/compiler.h>\n\
             \n\
             BUILD_SALT;\n\
             BUILD_LTO_INFO;\n\
             \n\
             MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
        }
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
        ModCTemplate::WithOrcHeader => {
            "#include <linux/module.h>\n\
             #define INCLUDE_VERMAGIC\n\
             #include <linux/build-salt.h>\n\
             #include <linux/elfnote-lto.h>\n\
             #include <linux/export-internal.h>\n\
             #include <linux/vermagic.h>\n\
             #include <linux/compiler.h>\n\
             \n\
             #ifdef CONFIG_UNWINDER_ORC\n\
             #include <asm/orc_header.h>\n\
             ORC_HEADER;\n\
             #endif\n\
             \n\
             BUILD_SALT;\n\
             BUILD_LTO_INFO;\n\
             \n\
             MODULE_INFO(vermagic, VERMAGIC_STRING);\n"
        }
        ModCTemplate::Short => {
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
    let section = context.section(".gnu.linkonce.this_module");
    out.print(&[
        b"MODULE_INFO(name, KBUILD_MODNAME);\n\n__visible struct module __this_module\n",
        section.as_bytes(),
        b" = {\n\t.name = KBUILD_MODNAME,\n",
    ])?;
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
    let option: Option<&[u8]> = match context.release.retpoline {
        Retpoline::Defined => Some(b"RETPOLINE"),
        Retpoline::Config => Some(b"CONFIG_RETPOLINE"),
        Retpoline::Mitigation => Some(b"CONFIG_MITIGATION_RETPOLINE"),
        Retpoline::Absent => None,
    };
    if let Some(option) = option {
        out.print(&[b"\n#ifdef ", option, b"\nMODULE_INFO(retpoline, \"Y\");\n#endif\n"])?;
    }
    if facts.name.starts_with(b"drivers/staging") {
        out.print(&[b"\nMODULE_INFO(staging, \"Y\");\n"])?;
    }
    let is_marked = context.release.test_marks == TestMarks::Written;
    if is_marked && facts.name.starts_with(b"tools/testing") {
        out.print(&[b"\nMODULE_INFO(test, \"Y\");\n"])?;
    }
    Ok(())
}

/// The modules that must be loaded before, each once, in the order of their use.
fn append_dependencies(
    out: &mut Text,
    checked: &Checked<'_>,
    context: Context<'_>,
) -> Result<(), Fatal> {
    let array;
    let (start, end): (&[u8], &[u8]) = match context.release.depends {
        DependsForm::Array => {
            let section = context.used_section(".modinfo");
            array = format!("\nstatic const char __module_depends[]\n{section} =\n\"depends=");
            (array.as_bytes(), b"\";\n")
        }
        DependsForm::ModuleInfo => (b"\nMODULE_INFO(depends, \"", b"\");\n"),
    };
    out.print(&[start])?;
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
    out.print(&[end])
}

fn append_srcversion(out: &mut Text, facts: &ModuleFacts) -> Result<(), Fatal> {
    match &facts.srcversion {
        Some(digits) => out.print(&[b"\nMODULE_INFO(srcversion, \"", digits, b"\");\n"]),
        None => Ok(()),
    }
}
