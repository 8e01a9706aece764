#![no_std]
pub mod m {
    pub struct P { pub a: u32, b: (u8, i32), pub c: char }
    pub enum E { A, B(u32), C { x: &'static P } }
    pub enum Niche { None, Some(&'static P) }
    pub trait T { fn t(&self); }
    pub struct G<X> { pub x: X, pub o: Option<X> }
    #[no_mangle] pub extern "C" fn f1(e: E, n: Niche) -> u32 { match e { E::A => 0, E::B(b) => b, E::C { x } => x.a + match n { Niche::None => 0, Niche::Some(p) => p.a } } }
    #[no_mangle] pub fn f2(d: &dyn T, s: &str, g: &G<u8>, p: *mut core::ffi::c_void) -> usize { d.t(); s.len() + g.x as usize + p as usize }
    #[no_mangle] pub static TABLE: [G<u16>; 2] = [G { x: 1, o: None }, G { x: 2, o: Some(3) }];
    impl P { #[no_mangle] pub fn method(&self) -> Result<u32, (u8, i32)> { if self.a > 3 { Ok(self.a) } else { Err(self.b) } } }
}
