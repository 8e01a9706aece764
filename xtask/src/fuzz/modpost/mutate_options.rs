//! Changes to the arguments.

use fastrand::Rng;
use testkit::run::Input;

/// The options that are mere switches, of all releases.
const SWITCHES: &[&str] = &["-e", "-m", "-M", "-a", "-n", "-w", "-W", "-E", "-N", "-t", "-b", "-x"];

/// Those with a path.
const WITH_PATH: &[&str] = &["-i", "-T", "-o", "-d", "-u"];

/// Adds, removes, doubles or exchanges arguments.
pub fn options(input: &mut Input, rng: &mut Rng) -> Option<String> {
    let count = input.arguments.len();
    let at = rng.usize(..=count);
    let arguments = &mut input.arguments;
    match rng.u32(..8) {
        0..4 => {
            let switch = *rng.choice(SWITCHES)?;
            // At the front, so that it does not become the argument of another.
            arguments.insert(0, switch.to_owned());
            Some(format!("with {switch}"))
        }
        4 => {
            let option = *rng.choice(WITH_PATH)?;
            let path = rng.choice(input.files.keys()).filter(|_| rng.u32(..4) > 0);
            let path = path.cloned().unwrap_or_else(|| "made".to_owned());
            let what = format!("with {option} {path}");
            arguments.splice(0..0, [option.to_owned(), path]);
            Some(what)
        }
        5 if at < count => Some(format!("without {}", arguments.remove(at))),
        6 => {
            let path = rng.choice(input.files.keys())?.clone();
            let what = format!("{path} as argument {at}");
            arguments.insert(at, path);
            Some(what)
        }
        _ if at < count => {
            let other = rng.usize(..count);
            arguments.swap(at, other);
            Some(format!("arguments {at} and {other} exchanged"))
        }
        _ => None,
    }
}
