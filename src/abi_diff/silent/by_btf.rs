//! What BTF tells of exports with the same CRC: breaks, of exports for which there are no declarations,
//! and what changed out of sight.
//!
//! BTF has all types, also those whose definitions the file of an export does not see, and which are
//! in no CRC. But the same CRC on both sides says what the file cannot see: a type of which other
//! members are declared now, or in which such a type lies. What changed behind such a type is not
//! known to be passed by the export. So what is left is what is declared as before and lies
//! otherwise, which is what a CRC is blind to.
//!
//! Of an export without a CRC nothing says what its file sees, so everything that it leads to counts.

use std::collections::BTreeMap;

use crate::abi_diff::btf_changes::BothBtf;
use crate::abi_diff::findings::{Detail, Finding, Reached};
use crate::abi_diff::lints::Lint;
use crate::btf::{Btf, Nearest, TypeId, Users};
use crate::kernel::{Export, Exports, KERNEL};
use crate::layout::impact::{Impact, impact};
use crate::layout::{BtfChange, BtfSide};

/// A type that changed: its name with its kind's letter, and how.
type Changed<'a> = (&'a [u8], &'a BtfChange);

/// How many exports have the same CRC on both sides, and by what it was looked for silent breaks of
/// these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// All of them.
    pub same_crc: usize,
    /// Those among them that have no CRC.
    pub without_crc: usize,
    /// Those with declarations in both releases.
    pub by_declarations: usize,
    /// Of the others, those that BTF has in both releases.
    pub by_btf: usize,
}

/// Finds changes of exports that have the same CRC on both sides; by lint, then by name.
/// `lint` is for those without a CRC; `has_declarations` says of a symbol and its module whether its declarations show what the export
/// sees: then only what it does not see is left to be found here.
pub(super) fn findings(
    btf: &BothBtf<'_>,
    exports: [&Exports; 2],
    lint: Lint,
    has_declarations: impl Fn(&[u8], &[u8]) -> bool,
) -> (Vec<Finding>, Examined) {
    let by_module = with_same_crc(exports);
    let mut examined = Examined::default();
    for &(symbol, _, new) in by_module.values().flatten() {
        examined.same_crc += 1;
        examined.without_crc += usize::from(!new.has_crc());
        examined.by_declarations += usize::from(has_declarations(symbol, &new.module));
    }
    let Some(mut kernel) = View::of(btf, KERNEL) else { return (Vec::new(), examined) };
    let kernel_users = Users::of(kernel.btf);
    let of_kernel = Leads::of(&kernel, &kernel_users, None);
    let mut found = Vec::new();
    let mut look_at = |types: &mut View<'_>, leads: &Leads<'_>, exports: Vec<Pair<'_>>| {
        for pair in exports {
            let (symbol, _, new) = pair;
            let Some([_, id]) = types.in_both(symbol) else { continue };
            let has_declarations = has_declarations(symbol, &new.module);
            examined.by_btf += usize::from(!has_declarations);
            found.extend(match new.has_crc() {
                true => leads.found(id, has_declarations).map(|(lint, mark)| {
                    let (name, change) = types.changed[mark as usize];
                    finding(lint, pair, name, &change.impact)
                }),
                false if has_declarations => None,
                false => unchecked(lint, types, leads, pair, id),
            });
        }
    };
    for (module, exports) in by_module {
        if module == KERNEL {
            look_at(&mut kernel, &of_kernel, exports);
        } else if let Some(mut types) = View::of(btf, module) {
            let users = Users::of(types.btf);
            let leads = Leads::of(&types, &users, Some(&of_kernel));
            look_at(&mut types, &leads, exports);
        }
    }
    found.sort_by(|one, other| (one.lint, &one.symbol).cmp(&(other.lint, &other.symbol)));
    (found, examined)
}

/// The exports with the same CRC on both sides, by the modules that have them after.
fn with_same_crc<'a>([old, new]: [&'a Exports; 2]) -> BTreeMap<&'a [u8], Vec<Pair<'a>>> {
    let mut by_module = BTreeMap::<&[u8], Vec<Pair<'_>>>::new();
    for (symbol, after) in new.iter() {
        let before = old.get(symbol).filter(|it| it.crc_or_zero() == after.crc_or_zero());
        if let Some(before) = before {
            by_module.entry(&after.module).or_default().push((symbol, before, after));
        }
    }
    by_module
}

/// What breaks of an export that no CRC protects: its own declaration, or else the nearest of what that
/// leads to.
fn unchecked(
    lint: Lint,
    types: &mut View<'_>,
    leads: &Leads<'_>,
    pair: Pair<'_>,
    id: TypeId,
) -> Option<Finding> {
    let (symbol, ..) = pair;
    let [old, new] = &mut types.sides;
    let own = impact(symbol, old, new);
    if own.class.is_break() {
        return Some(finding(lint, pair, symbol, &own));
    }
    let (name, change) = types.changed[leads.anywhere.mark(id)? as usize];
    Some(finding(lint, pair, name, &change.impact))
}

/// That an export reaches the change of this name.
fn finding(lint: Lint, (symbol, old, new): Pair<'_>, name: &[u8], impact: &Impact) -> Finding {
    let detail = Detail::Reaches {
        old: old.clone(),
        new: new.clone(),
        worst: impact.class,
        reached: Box::new(Reached {
            name: name.to_owned(),
            reason: impact.reasons.first().cloned(),
            others: 0,
        }),
    };
    Finding::new(lint, symbol.to_owned().into(), detail)
}

/// A symbol, and the export of it on both sides.
type Pair<'a> = (&'a [u8], &'a Export, &'a Export);

/// What a module sees on both sides, or the kernel itself.
struct View<'a> {
    /// That of the new side.
    btf: &'a Btf<'a>,
    sides: [BtfSide<'a>; 2],
    /// What changed of the kernel's types, and behind that of the module's own.
    changed: Vec<Changed<'a>>,
    /// Where its own begin, or the kernel's if it is the kernel.
    first_own: usize,
    /// Which of them are broken by themselves.
    is_broken: Vec<bool>,
}

impl<'a> View<'a> {
    fn of(btf: &'a BothBtf<'_>, module: &[u8]) -> Option<Self> {
        let [Some(old), Some(new)] = btf.types.map(|it| it.side(module)) else { return None };
        let mut changed: Vec<Changed<'_>> = btf.changes.of_scope(KERNEL).collect();
        let mut first_own = 0;
        if module != KERNEL {
            first_own = changed.len();
            changed.extend(btf.changes.of_scope(module));
        }
        let is_broken =
            changed.iter().map(|(name, _)| btf.changes.broken(module, name).is_some()).collect();
        let btf = btf.types[1].names(module)?.btf();
        Some(Self { btf, sides: [old, new], changed, first_own, is_broken })
    }

    /// The types of this name, or the functions or variables, if both sides have one.
    fn in_both(&self, name: &[u8]) -> Option<[TypeId; 2]> {
        let [old, new] = &self.sides;
        Some([old.find(name).ok()?, new.find(name).ok()?])
    }

    /// Its own changed types of which this is `wanted`, on the new side, each with its number.
    fn marked(
        &self,
        wanted: impl Fn(usize, &BtfChange) -> bool,
    ) -> impl Iterator<Item = (TypeId, u32)> {
        let changed = self.changed.iter().enumerate().skip(self.first_own);
        changed.filter_map(move |(number, (name, change))| {
            let [_, id] = wanted(number, change).then(|| self.in_both(name))??;
            Some((id, u32::try_from(number).ok()?))
        })
    }
}

/// Which changed types each type leads to.
///
/// What an export reaches is walked as far as its file sees it. Types that are declared otherwise, and
/// those that hold such a type, are the edge: they are in no CRC that is the same on both sides.
///
/// ```text
///                   in sight      │ out of sight
///   export ─► type ─► broken      │                   a silent break: declared as before, and lies
///                                 │                   otherwise
///   export ─► type ─► type ──────►│ changed, or what  a hidden change: out of sight, and a module
///                                 │ holds it          that sees it goes wrong
///   export ─► type ─► type ──────►│ changed ─► broken nothing is known of what is behind the edge
/// ```
struct Leads<'a> {
    /// Those in which something lies that is declared otherwise: no CRC that is the same on both
    /// sides counts their declarations.
    out_of_sight: Nearest<'a>,
    /// The same, for what modules have wrong.
    hidden_in: Nearest<'a>,
    /// Those that lead to one of these.
    hidden: Nearest<'a>,
    /// Those that lead to a broken type in plain sight.
    broken: Nearest<'a>,
    /// Those that lead to a broken type, in sight or out of it.
    anywhere: Nearest<'a>,
}

impl<'a> Leads<'a> {
    fn of(types: &View<'_>, users: &Users<'_>, base: Option<&'a Leads<'a>>) -> Self {
        let holds = |id: TypeId| types.btf.holds_what_it_names(id);
        let is_other = |change: &BtfChange| !change.is_same_text;
        let out_of_sight = Nearest::of(
            users,
            base.map(|it| &it.out_of_sight),
            types.marked(|_, change| is_other(change)),
            holds,
        );
        let hidden_in = Nearest::of(
            users,
            base.map(|it| &it.hidden_in),
            types.marked(|_, change| is_other(change) && change.is_break()),
            holds,
        );
        let in_sight = |id: TypeId| out_of_sight.mark(id).is_none();
        let hidden = Nearest::of(
            users,
            base.map(|it| &it.hidden),
            types.btf.ids().filter_map(|id| Some((id, hidden_in.mark(id)?))),
            in_sight,
        );
        let broken = Nearest::of(
            users,
            base.map(|it| &it.broken),
            types
                .marked(|number, change| change.is_same_text && types.is_broken[number])
                .filter(|(id, _)| in_sight(*id)),
            in_sight,
        );
        let anywhere = Nearest::of(
            users,
            base.map(|it| &it.anywhere),
            types.marked(|number, _| types.is_broken[number]),
            |_| true,
        );
        Self { out_of_sight, hidden_in, hidden, broken, anywhere }
    }

    /// What an export of this type leads to, by the number of the change; if the export
    /// `has_declarations`, only what these do not show.
    fn found(&self, id: TypeId, has_declarations: bool) -> Option<(Lint, u32)> {
        match (self.broken.mark(id), self.hidden.mark(id)) {
            (Some(mark), _) if !has_declarations => Some((Lint::SilentBreak, mark)),
            (Some(mark), _) | (None, Some(mark)) => Some((Lint::HiddenChange, mark)),
            (None, None) => None,
        }
    }
}
