//! Loads and stores.
//!
//! A memory operation keeps in `Op::d` its site (`off`) and flags (`aux`, see [`flag`]); `Op::a` is the address row,
//! `Op::imm` the byte offset; the data row is `Op::dst`, or for vectors the list `vectors[op.c.off]`. With
//! [`flag::BASED`] the address is `b + extend(a) * b.aux + imm`, where `b` is one 64-bit value for the whole launch: the
//! usual `base + index * size` needs no 64-bit row of its own. With [`flag::FOLLOWS`] the operation `c.aux` sites before
//! has compared the same address row, and its pattern is used.
//!
//! Speed comes from looking at a warp's addresses as a whole. Addresses that are affine in the lane (all equal,
//! contiguous, strided) are bounds-checked by their two ends against the allocation this site touched last; contiguous
//! ones move as one block of bytes. Anything else goes lane by lane, after one check of the lowest and highest
//! address. Only when a check fails is each lane looked up, to name the first that is wrong.
//!
//! Guest memory is accessed through raw pointers. Kernels may race; like a GPU's, a racing kernel's values are then
//! unspecified, and no Rust reference to guest memory is ever made.

mod atomic;
mod both;
mod check;
mod count;
mod load;
mod local;
mod store;
mod whole;

use super::ctx::{Ctx, Fault, Flow, Op, Range, Ref};
use super::pattern::{Pattern, Segment, Shape};
use crate::memory::{LOCAL_WINDOW, Lookup, PARAM_WINDOW, SHARED_WINDOW, WINDOW_SIZE};
use crate::observer::{Access, AccessKind, Space};
use crate::trap::TrapKind;

pub(super) use atomic::atomic_targets;
pub(super) use both::{Direction, access_body};
pub(super) use check::inside;
use check::{bad_offset, check_global, check_shared, extent};
use count::{count_global, count_local, count_shared};
pub(super) use load::{Load, load_param};
use local::{check_local, local_word};
pub(super) use local::{local_read, local_write};
pub(super) use store::Store;

/// Bits of the flags a memory operation keeps in `Op::d.aux`; the vector length is in bits 8 and up.
pub(crate) mod flag {
    /// The address row holds 64-bit values.
    pub(crate) const WIDE: u16 = 1;
    /// There is no address row: the offset is the address.
    pub(crate) const ABSOLUTE: u16 = 2;
    /// Add the frame's local base (variables of functions).
    pub(crate) const FRAME: u16 = 4;
    /// Volatile, relaxed or acquiring: others may be waited for here.
    pub(crate) const SYNC: u16 = 8;
    /// Constant memory: at global addresses here, but no global traffic.
    pub(crate) const CONSTANT: u16 = 16;
    /// A base is added, and a 32-bit address row is an index to extend and multiply.
    pub(crate) const BASED: u16 = 32;
    /// That index is signed.
    pub(crate) const SIGNED: u16 = 64;
    /// The pattern is an earlier operation's, which ran with the same lanes just before.
    pub(crate) const FOLLOWS: u16 = 128;
}

/// A value in memory and how it goes to and from a row.
pub(crate) trait Cell: Copy + 'static {
    /// What a row stores.
    type Bits: Copy;
    /// Bytes.
    const SIZE: u32;
    /// Reads it.
    ///
    /// # Safety
    /// `p` is readable for `SIZE` bytes.
    unsafe fn read(p: *const u8) -> Self::Bits;
    /// Writes it.
    ///
    /// # Safety
    /// `p` is writable for `SIZE` bytes.
    unsafe fn write(p: *mut u8, bits: Self::Bits);
    /// From the low bytes of a word.
    fn from_u64(v: u64) -> Self::Bits;
    /// The low bytes.
    fn to_u64(bits: Self::Bits) -> u64;
}

/// Memory type `M` in rows of `B`.
#[derive(Clone, Copy)]
pub(crate) struct As<M, B>(std::marker::PhantomData<(M, B)>);

macro_rules! cells {
    ($($m:ty => $b:ty),* $(,)?) => {$(
        impl Cell for As<$m, $b> {
            type Bits = $b;
            const SIZE: u32 = size_of::<$m>() as u32;
            #[inline(always)]
            unsafe fn read(p: *const u8) -> $b {
                // SAFETY: by the caller's promise.
                unsafe { p.cast::<$m>().read_unaligned() as $b }
            }
            #[inline(always)]
            unsafe fn write(p: *mut u8, bits: $b) {
                // SAFETY: by the caller's promise.
                unsafe { p.cast::<$m>().write_unaligned(bits as $m) }
            }
            #[inline(always)]
            fn from_u64(v: u64) -> $b { v as $m as $b }
            #[inline(always)]
            fn to_u64(bits: $b) -> u64 { bits as u64 }
        }
    )*};
}

cells!(u8 => u32, i8 => u32, u16 => u32, i16 => u32, u32 => u32,
       u8 => u64, i8 => u64, u16 => u64, i16 => u64, u32 => u64, i32 => u64, u64 => u64);

/// Where an operation's addresses point, known at lowering or not.
pub(crate) trait Where {
    /// The space.
    const SPACE: Target;
}

/// Statically known target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// `.global`, `.const`
    Global,
    /// `.shared`
    Shared,
    /// `.local`, `.param` of functions
    Local,
    /// none written
    Generic,
}

macro_rules! wheres { ($($n:ident),*) => {$(
    pub(crate) struct $n;
    impl Where for $n { const SPACE: Target = Target::$n; }
)*}; }

wheres!(Global, Shared, Local, Generic);

/// The addresses of a chunk's lanes.
#[inline(always)]
pub(super) fn addresses(ctx: &Ctx<'_>, op: &Op, chunk: usize) -> [u64; 32] {
    let flags = op.d.aux;
    let mut imm = op.imm;
    if flags & flag::FRAME != 0 {
        imm = imm.wrapping_add(ctx.frame_base as u64);
    }
    // SAFETY: address rows were bounded at lowering.
    unsafe {
        if flags & flag::BASED != 0 {
            imm = imm.wrapping_add(*ctx.row::<u64>(op.b, 0));
        }
        if flags & flag::ABSOLUTE != 0 {
            [imm; 32]
        } else if flags & flag::WIDE != 0 {
            let row = ctx.row::<u64>(op.a, chunk);
            let mut a = [0; 32];
            for i in 0..32 {
                a[i] = (*row.add(i)).wrapping_add(imm);
            }
            a
        } else if flags & flag::BASED != 0 {
            let row = ctx.row::<u32>(op.a, chunk);
            let mut a = [0; 32];
            for i in 0..32 {
                let v = *row.add(i);
                let index = if flags & flag::SIGNED != 0 { v as i32 as u64 } else { v as u64 };
                a[i] = index.wrapping_mul(op.b.aux as u64).wrapping_add(imm);
            }
            a
        } else {
            let row = ctx.row::<u32>(op.a, chunk);
            let mut a = [0; 32];
            for i in 0..32 {
                a[i] = (*row.add(i)).wrapping_add(imm as u32) as u64;
            }
            a
        }
    }
}

/// The data rows of an operation.
#[inline(always)]
pub(super) fn data(ctx: &Ctx<'_>, op: &Op, k: usize, len: usize) -> Ref {
    // SAFETY: the list index was made at lowering.
    if len == 1 { op.dst } else { unsafe { (*ctx.vectors.add(op.c.off as usize))[k] } }
}

#[inline(always)]
fn vector_len(op: &Op) -> usize {
    (op.d.aux >> 8) as usize
}
