#![crate_type="lib"]
pub struct P { pub a: u8, pub b: u64, c: u16 }
pub enum E { A, B(u32), C { x: u8, y: u64 } }
#[repr(u8)] pub enum CL { One = 1, Two = 5 }
pub struct G<const N: usize, T>(pub [T; N]);
pub struct K<const C: char, T>(pub T);
pub trait T { fn f(&self) -> u8; }
#[no_mangle] pub extern "C" fn pump_start(p: &P, e: E, cl: CL) -> Option<u32> { let _ = (p.c, e, cl as u8); None }
pub fn f2(g: &G<4, u16>, r: Result<u8, i32>, d: &dyn T, cb: fn(u8, &str) -> u8) -> (u8, i32) { let _ = (g, cb); let _ = r; (d.f(), 1) }
pub fn f3(k: K<' ', u8>, s: &[u8], m: &mut Option<&P>, c: char, b: bool, v: *mut core::ffi::c_void) -> ! { let _=(k.0, s, m, c, b, v); loop {} }
pub fn f4() -> impl Fn(u8) -> u8 { let x = 3u8; move |y| x + y }
pub fn f5(k: K<'a', u8>, j: &[G<3, (u8, u16)>; 2]) { let _=(k.0,j); }
pub static TABLE: [P; 2] = [P{a:1,b:2,c:3}, P{a:1,b:2,c:3}];
pub static mut NAMES: &[&str] = &["a"];
pub static OPS: Option<extern "C" fn(*const P) -> i32> = None;
#[repr(C)] pub union U { a: u32, b: [u8; 8] }
pub fn f6(u: U, i: i128, f: f64, e: Result<core::num::NonZeroU8, ()>, o: core::cmp::Ordering) -> core::mem::MaybeUninit<U> { unsafe { let _=(i,f,e,o); core::mem::MaybeUninit::new(U{a:u.a}) } }
