//! From a scalar meaning to a warp-wide handler.
//!
//! `Rows::new(isa).bin(|a: f32, b: f32| a + b)` gives a handler that applies the closure to every active lane of
//! every chunk. The closure must capture nothing: it has no size, so the handler can be a plain function that
//! conjures it. Each handler is compiled for the machine's instruction sets ([`Isa`]) and the widest one present
//! is picked at lowering.
//!
//! The lane loop works in steps of 16 lanes, read whole before they are written, because a destination row is
//! often also a source (`fma d, a, b, d`): the compiler then needs no proof that rows do not overlap. (Rows
//! are either identical or disjoint: 32- and 64-bit registers come from separate pools.)

use warplens_ptx::isa::ScalarType;

use super::ctx::{Ctx, Flow, Handler, Op};

/// Instruction sets handlers are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isa {
    /// What the target guarantees.
    Base,
    /// AVX2, FMA and BMI2.
    #[cfg(target_arch = "x86_64")]
    V3,
}

impl Isa {
    /// The widest set this machine has.
    pub(crate) fn detect() -> Isa {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("fma")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("lzcnt")
            && std::is_x86_feature_detected!("popcnt")
        {
            return Isa::V3;
        }
        Isa::Base
    }
}

/// A type a lane can hold, and how it is kept in a row.
pub(crate) trait Lane: Copy {
    /// What a row stores: `u32` or `u64`.
    type Bits: Copy;
    /// Value from row bits.
    fn get(bits: Self::Bits) -> Self;
    /// Row bits of a value.
    fn put(self) -> Self::Bits;
    /// The PTX type immediates of this kind of operand have.
    const TY: ScalarType;
    /// Bits of zero.
    const ZERO: Self::Bits;
}

macro_rules! lane {
    ($($t:ty as $bits:ty, $ty:ident: $get:expr, $put:expr;)*) => {$(
        impl Lane for $t {
            const TY: ScalarType = ScalarType::$ty;
            type Bits = $bits;
            const ZERO: $bits = 0;
            #[inline(always)]
            fn get(bits: $bits) -> $t { ($get)(bits) }
            #[inline(always)]
            fn put(self) -> $bits { ($put)(self) }
        }
    )*};
}
lane! {
    u8 as u32, U8: |b| b as u8, |v| v as u32;
    i8 as u32, S8: |b| b as i8, |v: i8| v as u8 as u32;
    u16 as u32, U16: |b| b as u16, |v| v as u32;
    i16 as u32, S16: |b| b as i16, |v: i16| v as u16 as u32;
    u32 as u32, U32: |b| b, |v| v;
    i32 as u32, S32: |b| b as i32, |v| v as u32;
    f32 as u32, F32: f32::from_bits, f32::to_bits;
    u64 as u64, U64: |b| b, |v| v;
    i64 as u64, S64: |b| b as i64, |v| v as u64;
    f64 as u64, F64: f64::from_bits, f64::to_bits;
}

/// Lanes handled in one step.
pub(super) const STEP: usize = 16;

/// Makes a value of a closure type that has no size.
#[inline(always)]
pub(super) fn conjure<F: Copy>() -> F {
    const { assert!(size_of::<F>() == 0, "a lane function must not capture anything") };
    // SAFETY: a closure that captures nothing has exactly one value, of no bytes; a dangling aligned pointer is valid to
    // read no bytes from.
    unsafe { std::ptr::NonNull::<F>::dangling().as_ptr().read() }
}

/// Applies `f` to each chunk with active lanes: `f(chunk, mask)`.
#[inline(always)]
pub(crate) fn each_chunk(ctx: &mut Ctx<'_>, mut f: impl FnMut(&mut Ctx<'_>, usize, u32)) {
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask != 0 {
            f(ctx, chunk, mask);
        }
    }
}

/// Reads 16 lanes of a row.
///
/// # Safety
/// `p` points at a row of at least `16 * (step + 1)` values.
#[inline(always)]
pub(super) unsafe fn take<B: Copy>(p: *const B, step: usize) -> [B; STEP] {
    // SAFETY: by the caller's promise; rows are aligned to 64 bytes.
    unsafe { p.add(step * STEP).cast::<[B; STEP]>().read() }
}

/// Writes 16 lanes, all of them or those in `mask`.
///
/// # Safety
/// As for [`take`]; `p` must be writable.
#[inline(always)]
pub(super) unsafe fn give<B: Copy>(p: *mut B, step: usize, mask: u32, v: [B; STEP]) {
    // SAFETY: by the caller's promise.
    unsafe {
        let at = p.add(step * STEP).cast::<[B; STEP]>();
        if mask == u32::MAX {
            at.write(v);
        } else {
            let mut old = at.read();
            let m = mask >> (step * STEP);
            for i in 0..STEP {
                old[i] = if m >> i & 1 != 0 { v[i] } else { old[i] };
            }
            at.write(old);
        }
    }
}

/// 16 booleans as bits.
#[inline(always)]
pub(crate) fn bits16(t: [bool; STEP]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_movemask_epi8};
        let mut bytes = [0u8; STEP];
        for i in 0..STEP {
            bytes[i] = if t[i] { 0xff } else { 0 };
        }
        // SAFETY: SSE2 is part of x86-64; the transmute is between two 16-byte plain values.
        unsafe { _mm_movemask_epi8(std::mem::transmute::<[u8; STEP], __m128i>(bytes)) as u32 }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        t.iter().enumerate().fold(0, |m, (i, &b)| m | (b as u32) << i)
    }
}

macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident, $body:ident, $v3:ident, $base:ident, <$($g:ident),*>, ($($arg:ident),*) -> $ret:ident;)*) => {
        $(
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt,f16c")]
            unsafe fn $v3<$($g: Lane,)* F: Fn($($arg),*) -> $ret + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
                // SAFETY: rows were bounded at lowering.
                unsafe { $body::<$($g,)* F>(ctx, op) }
            }
            unsafe fn $base<$($g: Lane,)* F: Fn($($arg),*) -> $ret + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
                // SAFETY: rows were bounded at lowering.
                unsafe { $body::<$($g,)* F>(ctx, op) }
            }
            $(#[$doc])*
            pub(crate) fn $name<$($g: Lane,)* F: Fn($($arg),*) -> $ret + Copy>(isa: Isa, _: F) -> Handler {
                match isa {
                    Isa::Base => $base::<$($g,)* F>,
                    #[cfg(target_arch = "x86_64")]
                    Isa::V3 => $v3::<$($g,)* F>,
                }
            }
        )*
    };
}

handlers! {
    /// `dst = f(a)`
    un, un_body, un_v3, un_base, <A, D>, (A) -> D;
    /// `dst = f(a, b)`
    bin, bin_body, bin_v3, bin_base, <A, B, D>, (A, B) -> D;
    /// `dst = f(a, b, c)`
    ter, ter_body, ter_v3, ter_base, <A, B, C, D>, (A, B, C) -> D;
    /// `dst = f(a, b, c, d)`
    quad, quad_body, quad_v3, quad_base, <A, B, C, E, D>, (A, B, C, E) -> D;
    /// `dst = f(a, imm)`
    un_imm, un_imm_body, un_imm_v3, un_imm_base, <A, D>, (A, u64) -> D;
    /// `dst = f(a, b, imm)`: the immediate is the operation's, the same for all lanes.
    bin_imm, bin_imm_body, bin_imm_v3, bin_imm_base, <A, B, D>, (A, B, u64) -> D;
    /// `dst = f(a, b, c, imm)`
    ter_imm, ter_imm_body, ter_imm_v3, ter_imm_base, <A, B, C, D>, (A, B, C, u64) -> D;
}

macro_rules! body {
    ($name:ident, <$($g:ident: $r:ident),*>, $f:ident($($arg:expr),*) [$($extra:ident: $et:ty = $ev:expr),*]) => {
        #[inline(always)]
        unsafe fn $name<$($g: Lane,)* D: Lane, F: Fn($($g,)* $($et),*) -> D + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
            let f = conjure::<F>();
            // No closures around the loops: one that is not inlined would be compiled without the wider instruction set.
            for chunk in 0..ctx.chunks {
                let mask = ctx.active[chunk];
                if mask == 0 {
                    continue;
                }
                let dst = ctx.row::<D::Bits>(op.dst, chunk);
                $(let $r = ctx.row::<$g::Bits>(op.$r, chunk);)*
                for step in 0..32 / STEP {
                    // SAFETY: rows of 32 lanes, bounded at lowering; each step is read before it is written.
                    unsafe {
                        $(let $r = take($r, step);)*
                        let mut v = [D::ZERO; STEP];
                        for i in 0..STEP {
                            v[i] = f($($g::get($r[i]),)* $(($ev)(op)),*).put();
                        }
                        give(dst, step, mask, v);
                    }
                }
            }
            Flow::Next
        }
    };
}
body!(un_body, <A: a>, f() []);
body!(bin_body, <A: a, B: b>, f() []);
body!(ter_body, <A: a, B: b, C: c>, f() []);
body!(quad_body, <A: a, B: b, C: c, E: d>, f() []);
body!(un_imm_body, <A: a>, f() [imm: u64 = |op: &Op| op.imm]);
body!(bin_imm_body, <A: a, B: b>, f() [imm: u64 = |op: &Op| op.imm]);
body!(ter_imm_body, <A: a, B: b, C: c>, f() [imm: u64 = |op: &Op| op.imm]);
