//! The forms in which people have a kernel: a row each.

use std::path::PathBuf;

use super::pieces::Pieces;

/// One form.
pub struct Container {
    /// What its column is called.
    pub name: &'static str,
    /// What it has in it.
    pub content: Content,
    /// What `--kernel` is given, each time; nothing where the kernel does not come in this form.
    pub paths: fn(&Pieces) -> Vec<PathBuf>,
}

/// What a container has. Those with the same must give the same verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// `.config` and `Module.symvers`.
    Headers,
    /// The image and all modules.
    Installed,
    /// The image.
    Image,
    /// The modules.
    Modules,
}

/// All of them, in the order of the table's columns.
pub const CONTAINERS: &[Container] = &[
    Container {
        name: "headers package",
        content: Content::Headers,
        paths: |pieces| vec![pieces.headers.clone()],
    },
    Container {
        name: "headers",
        content: Content::Headers,
        paths: |pieces| vec![pieces.headers_tree()],
    },
    Container {
        name: "image packages",
        content: Content::Installed,
        paths: |pieces| pieces.image.clone(),
    },
    Container {
        name: "root",
        content: Content::Installed,
        paths: |pieces| vec![pieces.root().to_owned()],
    },
    Container {
        name: "`/lib/modules`",
        content: Content::Installed,
        paths: |pieces| pieces.modules().into_iter().collect(),
    },
    Container {
        name: "image",
        content: Content::Image,
        paths: |pieces| pieces.vmlinuz().into_iter().collect(),
    },
    Container {
        name: "binary package",
        content: Content::Image,
        paths: |pieces| match &*pieces.image {
            [binary, _modules] => vec![binary.clone()],
            _ => Vec::new(),
        },
    },
    Container {
        name: "modules package",
        content: Content::Modules,
        paths: |pieces| pieces.image.get(1).cloned().into_iter().collect(),
    },
];
