//! Calls of the CUDA math API: arguments gathered into rows, one dispatch a warp, results written for active lanes.
//!
//! What a function computes is `arith::math`; here is only how values reach it. Call arguments lie in local memory, word
//! by word and lane beside lane, so that a 32-bit argument of a chunk is already a row of 32 values. What is stored through
//! pointers (`sincosf`, `frexp`) is bounds-checked but not counted as memory traffic: a GPU's compiler inlines these
//! functions and keeps such results in registers.

use super::ctx::{Ctx, Fault, Flow, Op};
use super::mem::{local_read, local_write};
use super::native::{Native, call_of, read_bytes, write_bytes};
use super::row::each_chunk;
use crate::arith::math::{MathFn, MathImpl, MathType, Param};
use crate::lower::code::{NativeCall, Slot};
use crate::trap::TrapKind;

/// Longest array `norm` reads; a longer one is a length that was never meant.
const MAX_NORM: u64 = 1 << 24;

/// 32 values of a chunk.
type Row<T> = [T; 32];

/// The handler of all of them.
///
/// # Safety
/// As every handler: `op` belongs to the current code.
pub(super) unsafe fn call(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let call = call_of(ctx, op);
    let Native::Math(f) = call.native else { return Flow::Next };
    let mut flow = Flow::Next;
    each_chunk(ctx, |ctx, chunk, mask| {
        if flow == Flow::Next
            && let Err(fault) = one_chunk(ctx, call, f, chunk, mask)
        {
            flow = ctx.fail(fault);
        }
    });
    flow
}

fn one_chunk(ctx: &Ctx<'_>, call: &NativeCall, f: &MathFn, chunk: usize, mask: u32) -> Result<(), Fault> {
    let single = |k| read32(ctx, call, k, chunk).map(f32::from_bits);
    let double = |k| read64(ctx, call, k, chunk).map(f64::from_bits);
    match f.eval {
        MathImpl::F32x1(_, row) => {
            let mut out = [0.0; 32];
            row(&single(0), &mut out);
            write32(ctx, call, chunk, mask, &out.map(f32::to_bits));
        }
        MathImpl::F32x2(g) => {
            let (a, b) = (single(0), single(1));
            write32(ctx, call, chunk, mask, &active(mask, |i| g(a[i], b[i]).to_bits()));
        }
        MathImpl::F32x3(g) => {
            let (a, b, c) = (single(0), single(1), single(2));
            write32(ctx, call, chunk, mask, &active(mask, |i| g(a[i], b[i], c[i]).to_bits()));
        }
        MathImpl::F64x1(_, row) => {
            let mut out = [0.0; 32];
            row(&double(0), &mut out);
            write64(ctx, call, chunk, mask, &out.map(f64::to_bits));
        }
        MathImpl::F64x2(g) => {
            let (a, b) = (double(0), double(1));
            write64(ctx, call, chunk, mask, &active(mask, |i| g(a[i], b[i]).to_bits()));
        }
        MathImpl::F64x3(g) => {
            let (a, b, c) = (double(0), double(1), double(2));
            write64(ctx, call, chunk, mask, &active(mask, |i| g(a[i], b[i], c[i]).to_bits()));
        }
        MathImpl::Bits(g) => return by_bits(ctx, call, f, g, chunk, mask),
        MathImpl::NormF32(g) => {
            let arrays = arrays(ctx, call, 4, chunk, mask)?;
            let of = |v: &Vec<u64>| g(&v.iter().map(|&b| f32::from_bits(b as u32)).collect::<Vec<_>>());
            let out = std::array::from_fn(|i| of(&arrays[i]).to_bits());
            write32(ctx, call, chunk, mask, &out);
        }
        MathImpl::NormF64(g) => {
            let arrays = arrays(ctx, call, 8, chunk, mask)?;
            let of = |v: &Vec<u64>| g(&v.iter().map(|&b| f64::from_bits(b)).collect::<Vec<_>>());
            let out = std::array::from_fn(|i| of(&arrays[i]).to_bits());
            write64(ctx, call, chunk, mask, &out);
        }
    }
    Ok(())
}

/// `f(lane)` for active lanes, zero for the others.
#[inline(always)]
fn active<T: Copy + Default>(mask: u32, f: impl Fn(usize) -> T) -> Row<T> {
    std::array::from_fn(|i| if mask >> i & 1 != 0 { f(i) } else { T::default() })
}

/// Functions of any types, and those that store results through pointers.
fn by_bits(
    ctx: &Ctx<'_>,
    call: &NativeCall,
    f: &MathFn,
    g: fn(&[u64; 4]) -> [u64; 3],
    chunk: usize,
    mask: u32,
) -> Result<(), Fault> {
    let mut values = [[0u64; 32]; 4];
    let mut n = 0;
    for (k, p) in f.params.iter().enumerate() {
        if let Param::Value(_) = p
            && let Some(v) = values.get_mut(n)
        {
            *v = read64(ctx, call, k, chunk);
            n += 1;
        }
    }
    let mut results = [[0u64; 32]; 3];
    for lane in 0..32 {
        if mask >> lane & 1 != 0 {
            let out = g(&[values[0][lane], values[1][lane], values[2][lane], values[3][lane]]);
            for (k, v) in out.into_iter().enumerate() {
                results[k][lane] = v;
            }
        }
    }
    match f.ret {
        Some(MathType::I64 | MathType::F64) => write64(ctx, call, chunk, mask, &results[0]),
        Some(_) => write32(ctx, call, chunk, mask, &results[0].map(|v| v as u32)),
        None => {}
    }
    let mut stored = 1;
    for (k, p) in f.params.iter().enumerate() {
        let Param::Out(ty) = p else { continue };
        let (to, size) = (read64(ctx, call, k, chunk), ty.bytes());
        for lane in 0..32 {
            if mask >> lane & 1 != 0 && !write_bytes(ctx, to[lane], size, chunk, lane, results[stored][lane])
            {
                return Err(bad(to[lane], size, chunk, lane, true));
            }
        }
        stored = (stored + 1).min(2);
    }
    Ok(())
}

fn bad(address: u64, size: u32, chunk: usize, lane: usize, write: bool) -> Fault {
    let kind = if address < 0x1_0000 { TrapKind::NullPointer } else { TrapKind::OutOfBounds };
    Fault { kind, chunk, lane: lane as u32, address: Some(address), size, write }
}

/// The arrays `norm` is given: a length and a pointer.
fn arrays(
    ctx: &Ctx<'_>,
    call: &NativeCall,
    size: u32,
    chunk: usize,
    mask: u32,
) -> Result<[Vec<u64>; 32], Fault> {
    let (len, from) = (read32(ctx, call, 0, chunk), read64(ctx, call, 1, chunk));
    let mut out = [const { Vec::new() }; 32];
    for lane in 0..32 {
        if mask >> lane & 1 == 0 {
            continue;
        }
        let n = (len[lane] as i32).max(0) as u64;
        if n > MAX_NORM {
            return Err(bad(from[lane], size, chunk, lane, false));
        }
        for i in 0..n {
            let at = from[lane].wrapping_add(i * size as u64);
            let v = read_bytes(ctx, at, size, chunk, lane);
            out[lane].push(v.ok_or_else(|| bad(at, size, chunk, lane, false))?);
        }
    }
    Ok(out)
}

/// The 32 words of a chunk at a local address: rows of local memory are (word, chunk, lane).
#[inline(always)]
fn local_row(ctx: &Ctx<'_>, at: u64, chunk: usize) -> *mut Row<u32> {
    ctx.local.wrapping_add((at as usize / 4 * ctx.chunks + chunk) * 128).cast()
}

/// An argument of at most 32 bits.
fn read32(ctx: &Ctx<'_>, call: &NativeCall, k: usize, chunk: usize) -> Row<u32> {
    match call.args.get(k) {
        Some(&Slot::Local { offset, size }) => {
            let at = ctx.frame_base as u64 + offset as u64;
            // SAFETY: frames are allocated with room for their variables; rows of local memory hold all 32 lanes.
            unsafe {
                if size >= 4 && at.is_multiple_of(4) {
                    *local_row(ctx, at, chunk)
                } else {
                    let size = size.clamp(1, 4).next_power_of_two();
                    std::array::from_fn(|lane| local_read(ctx, at, size, chunk, lane) as u32)
                }
            }
        }
        // SAFETY: rows were bounded at lowering.
        Some(&Slot::Row { row, wide: false }) => unsafe { *ctx.row::<Row<u32>>(row, chunk) },
        // SAFETY: as above.
        Some(&Slot::Row { row, wide: true }) => unsafe {
            (*ctx.row::<Row<u64>>(row, chunk)).map(|v| v as u32)
        },
        _ => [0; 32],
    }
}

/// An argument of at most 64 bits.
fn read64(ctx: &Ctx<'_>, call: &NativeCall, k: usize, chunk: usize) -> Row<u64> {
    match call.args.get(k) {
        Some(&Slot::Local { offset, size }) if size >= 8 => {
            let at = ctx.frame_base as u64 + offset as u64;
            // SAFETY: as in `read32`; variables of 8 bytes are aligned to at least 4.
            unsafe {
                let (low, high) = (*local_row(ctx, at, chunk), *local_row(ctx, at + 4, chunk));
                std::array::from_fn(|i| low[i] as u64 | (high[i] as u64) << 32)
            }
        }
        // SAFETY: rows were bounded at lowering.
        Some(&Slot::Row { row, wide: true }) => unsafe { *ctx.row::<Row<u64>>(row, chunk) },
        _ => read32(ctx, call, k, chunk).map(u64::from),
    }
}

/// Writes `v` where active; a full mask copies the row.
///
/// # Safety
/// `to` is a writable row.
#[inline(always)]
unsafe fn put<T: Copy>(to: *mut Row<T>, mask: u32, v: &Row<T>) {
    // SAFETY: by the caller's promise.
    unsafe {
        if mask == u32::MAX {
            *to = *v;
            return;
        }
        for i in 0..32 {
            if mask >> i & 1 != 0 {
                (*to)[i] = v[i];
            }
        }
    }
}

fn write32(ctx: &Ctx<'_>, call: &NativeCall, chunk: usize, mask: u32, v: &Row<u32>) {
    match call.results.first() {
        Some(&Slot::Local { offset, size }) => {
            let at = ctx.frame_base as u64 + offset as u64;
            // SAFETY: frames are allocated with room for their variables.
            unsafe {
                if size >= 4 && at.is_multiple_of(4) {
                    put(local_row(ctx, at, chunk), mask, v);
                } else {
                    for lane in (0..32).filter(|lane| mask >> lane & 1 != 0) {
                        let size = size.clamp(1, 4).next_power_of_two();
                        local_write(ctx, at, size, chunk, lane, v[lane] as u64);
                    }
                }
            }
        }
        // SAFETY: rows were bounded at lowering.
        Some(&Slot::Row { row, wide: false }) => unsafe { put(ctx.row(row, chunk), mask, v) },
        // SAFETY: as above.
        Some(&Slot::Row { row, wide: true }) => unsafe { put(ctx.row(row, chunk), mask, &v.map(u64::from)) },
        _ => {}
    }
}

fn write64(ctx: &Ctx<'_>, call: &NativeCall, chunk: usize, mask: u32, v: &Row<u64>) {
    match call.results.first() {
        Some(&Slot::Local { offset, size }) if size >= 8 => {
            let at = ctx.frame_base as u64 + offset as u64;
            // SAFETY: frames are allocated with room for their variables; those of 8 bytes are aligned to at least 4.
            unsafe {
                put(local_row(ctx, at, chunk), mask, &v.map(|v| v as u32));
                put(local_row(ctx, at + 4, chunk), mask, &v.map(|v| (v >> 32) as u32));
            }
        }
        // SAFETY: rows were bounded at lowering.
        Some(&Slot::Row { row, wide: true }) => unsafe { put(ctx.row(row, chunk), mask, v) },
        _ => write32(ctx, call, chunk, mask, &v.map(|v| v as u32)),
    }
}
