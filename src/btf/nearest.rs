//! Which of some types the others lead to: through members, pointers, parameters, whatever.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::file::Btf;
use super::kinds::{RawType, Word};
use super::type_id::TypeId;
use super::types::Type;

/// For each type of a kernel, or of a module, those of the same that refer to it.
#[derive(Debug)]
pub struct Users<'d> {
    btf: &'d Btf<'d>,
    /// For each own type where its users begin; and where the last ones end.
    starts: Vec<u32>,
    users: Vec<TypeId>,
    /// A module's types that refer to those of its kernel: what is referred to, and by what.
    of_base: Vec<(TypeId, TypeId)>,
}

impl<'d> Users<'d> {
    /// The users of the types in `btf`; of a module, without those that its kernel has.
    pub fn of(btf: &'d Btf<'d>) -> Self {
        let own = |id: TypeId| id.0.checked_sub(btf.first_id).map(|index| index as usize);
        let references = || btf.ids().flat_map(|id| btf.references(id).map(move |to| (to, id)));
        let mut starts = vec![0; btf.starts.len() + 1];
        let mut of_base = Vec::new();
        for (to, by) in references() {
            match own(to) {
                Some(index) => starts[index + 1] += 1,
                None => of_base.push((to, by)),
            }
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut ends = starts.clone();
        let mut users = vec![TypeId(0); starts.last().map_or(0, |&count| count as usize)];
        for (to, by) in references() {
            if let Some(index) = own(to) {
                users[ends[index] as usize] = by;
                ends[index] += 1;
            }
        }
        Self { btf, starts, users, of_base }
    }

    /// The users of an own type.
    fn get(&self, id: TypeId) -> &[TypeId] {
        let index = (id.0 - self.btf.first_id) as usize;
        &self.users[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}

impl<'d> Btf<'d> {
    /// The types that type `id` names.
    fn references(&self, id: TypeId) -> impl Iterator<Item = TypeId> + use<'d> {
        let raw = self.raw(id);
        let words = raw.into_iter().flat_map(|raw: RawType<'d>| raw.words().collect::<Vec<_>>());
        words.filter_map(|(meaning, word)| (meaning == Word::Type).then_some(TypeId(word)))
    }

    /// Whether what type `id` names lies in it: it is a struct, union or array, or another name.
    pub fn holds_what_it_names(&self, id: TypeId) -> bool {
        match self.get(id) {
            Type::Record(_)
            | Type::Array { .. }
            | Type::Typedef { .. }
            | Type::Qualified { .. }
            | Type::Tagged { .. } => true,
            Type::Void
            | Type::Integer { .. }
            | Type::Float { .. }
            | Type::Pointer(_)
            | Type::Enumeration(_)
            | Type::Forward { .. }
            | Type::Prototype(_)
            | Type::Function { .. }
            | Type::Variable { .. }
            | Type::Section { .. }
            | Type::DeclarationTag { .. }
            | Type::Unknown(_) => false,
        }
    }
}

/// For each type the nearest of some marked types that it leads to.
#[derive(Debug)]
pub struct Nearest<'d> {
    /// That of the kernel, if this is a module's.
    base: Option<&'d Nearest<'d>>,
    first_id: u32,
    /// Of the own types: how many steps it is away, and its mark.
    near: Vec<Option<(u32, u32)>>,
}

impl<'d> Nearest<'d> {
    /// Goes from the `marked` types, which are own ones, and from those that lead to marked types of
    /// the `base`, to their users; to those only that `may_lead` there. Of several that are as near,
    /// the one with the lowest mark counts.
    pub fn of(
        users: &Users<'_>,
        base: Option<&'d Nearest<'d>>,
        marked: impl Iterator<Item = (TypeId, u32)>,
        may_lead: impl Fn(TypeId) -> bool,
    ) -> Self {
        let first_id = users.btf.first_id;
        let mut near = vec![None; users.btf.starts.len()];
        let own = marked.filter(|(id, _)| id.0 >= first_id).map(|(id, mark)| (0, mark, id));
        let through_base = users.of_base.iter().filter_map(|&(to, by)| {
            let (distance, mark) = base?.found(to)?;
            may_lead(by).then_some((distance + 1, mark, by))
        });
        let mut waiting: BinaryHeap<_> = own.chain(through_base).map(Reverse).collect();
        while let Some(Reverse((distance, mark, id))) = waiting.pop() {
            let known = &mut near[(id.0 - first_id) as usize];
            if known.is_some() {
                continue;
            }
            *known = Some((distance, mark));
            let next = users.get(id).iter().filter(|&&by| may_lead(by));
            waiting.extend(next.map(|&by| Reverse((distance + 1, mark, by))));
        }
        Self { base, first_id, near }
    }

    /// The mark of the nearest, if `id` leads to one.
    pub fn mark(&self, id: TypeId) -> Option<u32> {
        self.found(id).map(|(_, mark)| mark)
    }

    fn found(&self, id: TypeId) -> Option<(u32, u32)> {
        match id.0.checked_sub(self.first_id) {
            Some(index) => *self.near.get(index as usize)?,
            None => self.base?.found(id),
        }
    }
}
