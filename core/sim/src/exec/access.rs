//! Picks the load, store and atomic handlers for a type, a row width and a space.

use super::ctx::{Ctx, Flow, Handler, Op};
use super::mem::{
    As, Cell, Direction, Generic, Global, Load, Local, Shared, Store, Target, Where, access_body,
    atomic_targets, load_param,
};
use super::row::{Isa, Lane, conjure, each_chunk};

/// Memory types by width and sign; floats and bits go as unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemType {
    U8,
    S8,
    U16,
    S16,
    U32,
    S32,
    U64,
}

impl MemType {
    /// Bytes.
    pub(crate) fn bytes(self) -> u32 {
        match self {
            MemType::U8 | MemType::S8 => 1,
            MemType::U16 | MemType::S16 => 2,
            MemType::U32 | MemType::S32 => 4,
            MemType::U64 => 8,
        }
    }
}

macro_rules! pick_cell {
    ($ty:expr, $wide:expr, $go:ident) => {
        match ($ty, $wide) {
            (MemType::U8, false) => $go!(As<u8, u32>),
            (MemType::S8, false) => $go!(As<i8, u32>),
            (MemType::U16, false) => $go!(As<u16, u32>),
            (MemType::S16, false) => $go!(As<i16, u32>),
            (MemType::U32 | MemType::S32 | MemType::U64, false) => $go!(As<u32, u32>),
            (MemType::U8, true) => $go!(As<u8, u64>),
            (MemType::S8, true) => $go!(As<i8, u64>),
            (MemType::U16, true) => $go!(As<u16, u64>),
            (MemType::S16, true) => $go!(As<i16, u64>),
            (MemType::U32, true) => $go!(As<u32, u64>),
            (MemType::S32, true) => $go!(As<i32, u64>),
            (MemType::U64, true) => $go!(As<u64, u64>),
        }
    };
}

fn access_of<D: Direction, C: Cell, W: Where>(isa: Isa) -> Handler {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    unsafe fn v3<D: Direction, C: Cell, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
        // SAFETY: rows were bounded at lowering; addresses are checked inside.
        unsafe { access_body::<D, C, W>(ctx, op) }
    }
    unsafe fn base<D: Direction, C: Cell, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
        // SAFETY: rows were bounded at lowering; addresses are checked inside.
        unsafe { access_body::<D, C, W>(ctx, op) }
    }
    match isa {
        Isa::Base => base::<D, C, W>,
        #[cfg(target_arch = "x86_64")]
        Isa::V3 => v3::<D, C, W>,
    }
}

/// Handler of a load of `ty` into 32-bit (`wide == false`) or 64-bit rows.
pub(crate) fn load(isa: Isa, ty: MemType, wide: bool, target: Target) -> Handler {
    macro_rules! go {
        ($c:ty) => {
            match target {
                Target::Global => access_of::<Load, $c, Global>(isa),
                Target::Shared => access_of::<Load, $c, Shared>(isa),
                Target::Local => access_of::<Load, $c, Local>(Isa::Base),
                Target::Generic => access_of::<Load, $c, Generic>(isa),
            }
        };
    }
    pick_cell!(ty, wide, go)
}

/// Handler of a store.
pub(crate) fn store(isa: Isa, ty: MemType, wide: bool, target: Target) -> Handler {
    macro_rules! go {
        ($c:ty) => {
            match target {
                Target::Global => access_of::<Store, $c, Global>(isa),
                Target::Shared => access_of::<Store, $c, Shared>(isa),
                Target::Local => access_of::<Store, $c, Local>(Isa::Base),
                Target::Generic => access_of::<Store, $c, Generic>(isa),
            }
        };
    }
    let ty = match ty {
        MemType::S8 => MemType::U8,
        MemType::S16 => MemType::U16,
        MemType::S32 => MemType::U32,
        t => t,
    };
    pick_cell!(ty, wide, go)
}

/// Handler of a load from kernel parameters by computed offset.
pub(crate) fn load_entry_param(ty: MemType, wide: bool) -> Handler {
    unsafe fn run<C: Cell>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
        let len = (op.d.aux >> 8) as usize;
        let mut flow = Flow::Next;
        each_chunk(ctx, |ctx, chunk, mask| {
            if flow == Flow::Next {
                let a = super::mem::addresses(ctx, op, chunk);
                if let Err(f) = load_param::<C>(ctx, op, chunk, mask, &a, len, C::SIZE * len as u32) {
                    flow = f;
                }
            }
        });
        flow
    }
    macro_rules! go {
        ($c:ty) => {
            run::<$c>
        };
    }
    pick_cell!(ty, wide, go)
}

/// A value atomics work on.
pub(crate) trait Word: Lane + PartialEq {
    /// One read-modify-write at `p`; gives the old value.
    ///
    /// # Safety
    /// `p` is valid and aligned for the type. With `parallel` other threads may do the same at once.
    unsafe fn update(p: *mut u8, parallel: bool, f: impl Fn(Self) -> Self) -> Self;
}

macro_rules! words {
    ($($t:ty, $raw:ty, $atomic:ty, $from:expr, $to:expr;)*) => {$(
        impl Word for $t {
            #[inline(always)]
            unsafe fn update(p: *mut u8, parallel: bool, f: impl Fn(Self) -> Self) -> Self {
                use std::sync::atomic::Ordering::Relaxed;
                let p = p.cast::<$raw>();
                // SAFETY: by the caller's promise.
                unsafe {
                    if !parallel {
                        let old = ($from)(p.read());
                        p.write(($to)(f(old)));
                        return old;
                    }
                    let cell = <$atomic>::from_ptr(p);
                    let mut seen = cell.load(Relaxed);
                    loop {
                        match cell.compare_exchange_weak(seen, ($to)(f(($from)(seen))), Relaxed, Relaxed) {
                            Ok(old) => return ($from)(old),
                            Err(now) => seen = now,
                        }
                    }
                }
            }
        }
    )*};
}
use std::sync::atomic::{AtomicU16, AtomicU32, AtomicU64};
words! {
    u16, u16, AtomicU16, |v| v, |v| v;
    u32, u32, AtomicU32, |v| v, |v| v;
    i32, u32, AtomicU32, |v: u32| v as i32, |v: i32| v as u32;
    f32, u32, AtomicU32, f32::from_bits, f32::to_bits;
    u64, u64, AtomicU64, |v| v, |v| v;
    i64, u64, AtomicU64, |v: u64| v as i64, |v: i64| v as u64;
    f64, u64, AtomicU64, f64::from_bits, f64::to_bits;
}

/// Handler of an atomic: `[a] = f([a], b, c)` lane after lane, old values to `dst` unless it is `Ref::NONE`.
pub(crate) fn atomic<T: Word, F: Fn(T, T, T) -> T + Copy>(target: Target, _: F) -> Handler {
    unsafe fn run<T: Word, F: Fn(T, T, T) -> T + Copy, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
        let f = conjure::<F>();
        let returns = op.dst != super::ctx::Ref::NONE;
        ctx.sync_accesses += returns as u64;
        let mut flow = Flow::Next;
        each_chunk(ctx, |ctx, chunk, mask| {
            if flow != Flow::Next {
                return;
            }
            // The address row is read whole here, so that `dst` may be the same row.
            let at = match atomic_targets(ctx, op, chunk, mask, ATOM_SIZE::<T>(), W::SPACE) {
                Ok(at) => at,
                Err(f) => return flow = f,
            };
            let parallel = ctx.parallel && W::SPACE != Target::Shared;
            // SAFETY: rows were bounded at lowering; the targets were checked, alignment included.
            unsafe {
                let b = *ctx.row::<[T::Bits; 32]>(op.b, chunk);
                let c = *ctx.row::<[T::Bits; 32]>(op.c, chunk);
                let dst = ctx.row::<T::Bits>(op.dst, chunk);
                let mut m = mask;
                while m != 0 {
                    let i = m.trailing_zeros() as usize;
                    m &= m - 1;
                    let old = T::update(at[i], parallel, |old| f(old, T::get(b[i]), T::get(c[i])));
                    if returns {
                        *dst.add(i) = old.put();
                    }
                }
            }
        });
        flow
    }
    match target {
        Target::Global => run::<T, F, Global>,
        Target::Shared => run::<T, F, Shared>,
        Target::Local => run::<T, F, Local>,
        Target::Generic => run::<T, F, Generic>,
    }
}

#[allow(non_snake_case, reason = "a constant that depends on a type parameter")]
const fn ATOM_SIZE<T>() -> u32 {
    size_of::<T>() as u32
}
