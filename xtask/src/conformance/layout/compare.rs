//! Whether two layouts of one type are the same.

use modversions::layout::{Layout, Member};

/// The first difference between what was computed and what BTF says, for a person; none if they are
/// the same.
///
/// Alignments are not compared, since BTF has none, and types only by what they make of the members.
pub fn difference(computed: &Layout, told: &Layout) -> Option<String> {
    if computed.kind != told.kind {
        return Some(format!("a {:?}, in BTF a {:?}", computed.kind, told.kind));
    }
    let of_members = of_members(&computed.members, &told.members);
    if computed.size != told.size {
        let (size, told) = (computed.size, told.size);
        let members = of_members.map(|text| format!("; {text}")).unwrap_or_default();
        return Some(format!("{size} bytes, in BTF {told}{members}"));
    }
    of_members
}

/// The same of members.
fn of_members(computed: &[Member], told: &[Member]) -> Option<String> {
    let pairs = computed.iter().zip(told).find_map(|(one, other)| of_member(one, other));
    if pairs.is_some() || computed.len() == told.len() {
        return pairs;
    }
    Some(format!("{} members, in BTF {}", computed.len(), told.len()))
}

/// The same of one member.
fn of_member(computed: &Member, told: &Member) -> Option<String> {
    if computed.name != told.name {
        return Some(format!("member {}, in BTF {}", name(computed), name(told)));
    }
    let place = |member: &Member| (member.bit_offset, member.bit_size);
    if place(computed) != place(told) {
        let at = |member: &Member| format!("{} of {} bits", member.bit_offset, member.bit_size);
        return Some(format!("{} at {}, in BTF at {}", name(computed), at(computed), at(told)));
    }
    if computed.is_bit_field != told.is_bit_field {
        return Some(format!("{} is a bit-field on one side only", name(computed)));
    }
    of_members(&computed.inner, &told.inner)
}

/// What a person calls a member.
fn name(member: &Member) -> String {
    let name = member.name.as_deref().unwrap_or(b"(unnamed)");
    String::from_utf8_lossy(name).into_owned()
}
