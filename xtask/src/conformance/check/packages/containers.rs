//! The forms in which people have a kernel: a row each.

use std::path::PathBuf;

use super::pieces::Pieces;

/// One form.
pub struct Container {
    /// What its column is called.
    pub name: &'static str,
    /// What it has in it.
    pub content: Content,
    /// What `--kernel` is given; nothing where the kernel does not come in this form.
    pub path: fn(&Pieces) -> Option<PathBuf>,
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
        path: |pieces| Some(pieces.headers.clone()),
    },
    Container {
        name: "headers",
        content: Content::Headers,
        path: |pieces| Some(pieces.headers_tree()),
    },
    Container {
        name: "image package",
        content: Content::Installed,
        path: |pieces| match &*pieces.image {
            [whole] => Some(whole.clone()),
            _ => None,
        },
    },
    Container {
        name: "root",
        content: Content::Installed,
        path: |pieces| Some(pieces.root().to_owned()),
    },
    Container {
        name: "`/lib/modules`",
        content: Content::Installed,
        path: |pieces| pieces.modules().ok(),
    },
    Container { name: "image", content: Content::Image, path: Pieces::vmlinuz },
    Container {
        name: "binary package",
        content: Content::Image,
        path: |pieces| match &*pieces.image {
            [binary, _modules] => Some(binary.clone()),
            _ => None,
        },
    },
    Container {
        name: "modules package",
        content: Content::Modules,
        path: |pieces| pieces.image.get(1).cloned(),
    },
];
