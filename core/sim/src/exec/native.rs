//! Functions the machine provides: `printf`, `malloc`, `free`, `assert`, and the math functions that clang leaves external.
//!
//! Their PTX declarations are those of CUDA's device runtime: `vprintf(format, arguments)`, `malloc(size)`, `free(pointer)`,
//! `__assertfail(message, file, line, function, char size)`.

use super::ctx::{Ctx, Fault, Flow, Handler, Op};
use super::math;
use super::mem::{local_read, local_write};
use super::printf;
use super::row::each_chunk;
use crate::arith::math::MathFn;
use crate::lower::code::{NativeCall, Slot};
use crate::memory::{LOCAL_WINDOW, Lookup, SHARED_WINDOW, WINDOW_SIZE};
use crate::trap::TrapKind;

/// A provided function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Native {
    Printf,
    Malloc,
    Free,
    AssertFail,
    /// Of the CUDA math API.
    Math(&'static MathFn),
}

/// The provided function of a name.
pub(crate) fn find(name: &str) -> Option<Native> {
    Some(match name {
        "vprintf" => Native::Printf,
        "malloc" => Native::Malloc,
        "free" => Native::Free,
        "__assertfail" | "__assert_fail" => Native::AssertFail,
        name => return crate::arith::math::find(name).map(Native::Math),
    })
}

impl Native {
    /// Its handler: `Op::imm` is the index of the [`NativeCall`].
    pub(crate) fn handler(self) -> Handler {
        match self {
            Native::Printf => print,
            Native::Malloc => allocate,
            Native::Free => release,
            Native::AssertFail => assert_failed,
            Native::Math(_) => math::call,
        }
    }
}

pub(super) fn call_of<'c>(ctx: &Ctx<'_>, op: &Op) -> &'c NativeCall {
    // SAFETY: the index was made at lowering; the code outlives the run.
    unsafe { &*ctx.natives.add(op.imm as usize) }
}

/// Bits of one lane's argument.
fn argument(ctx: &Ctx<'_>, call: &NativeCall, k: usize, chunk: usize, lane: usize) -> u64 {
    match call.args.get(k) {
        Some(&Slot::Local { offset, size }) => {
            let at = ctx.frame_base as u64 + offset as u64;
            // SAFETY: frames are allocated with room for their variables.
            unsafe { local_read(ctx, at, size.clamp(1, 8).next_power_of_two(), chunk, lane) }
        }
        // SAFETY: rows were bounded at lowering.
        Some(&Slot::Row { row, wide }) => unsafe {
            if wide {
                *ctx.row::<u64>(row, chunk).add(lane)
            } else {
                *ctx.row::<u32>(row, chunk).add(lane) as u64
            }
        },
        _ => 0,
    }
}

/// Gives one lane its result.
fn result(ctx: &Ctx<'_>, call: &NativeCall, chunk: usize, lane: usize, v: u64) {
    match call.results.first() {
        Some(&Slot::Local { offset, size }) => {
            let at = ctx.frame_base as u64 + offset as u64;
            // SAFETY: frames are allocated with room for their variables.
            unsafe { local_write(ctx, at, size.clamp(1, 8).next_power_of_two(), chunk, lane, v) }
        }
        // SAFETY: rows were bounded at lowering.
        Some(&Slot::Row { row, wide }) => unsafe {
            if wide {
                *ctx.row::<u64>(row, chunk).add(lane) = v;
            } else {
                *ctx.row::<u32>(row, chunk).add(lane) = v as u32;
            }
        },
        _ => {}
    }
}

/// What a generic address means for one lane, once its bytes are known to be there.
enum Spot {
    /// Offset in local memory.
    Local(u64),
    /// Host address.
    Host(*mut u8),
}

/// Finds `size` bytes at a generic address; `None` when they are not all there.
fn spot(ctx: &Ctx<'_>, address: u64, size: u32) -> Option<Spot> {
    let size = size as u64;
    let (shared, local) = (address.wrapping_sub(SHARED_WINDOW), address.wrapping_sub(LOCAL_WINDOW));
    if local < WINDOW_SIZE {
        let fits = local % size.min(4) == 0 && local + size <= ctx.local_len as u64;
        return fits.then_some(Spot::Local(local));
    }
    if shared < WINDOW_SIZE {
        let fits = shared + size <= ctx.shared_len as u64;
        return fits.then(|| Spot::Host(ctx.shared.wrapping_add(shared as usize)));
    }
    match ctx.table.read().unwrap_or_else(|e| e.into_inner()).find(address) {
        Lookup::Live(_, end) if end - address >= size => Some(Spot::Host(ctx.host(address))),
        _ => None,
    }
}

/// Reads up to 8 bytes at a generic address for one lane; `None` when they are not all there.
pub(super) fn read_bytes(ctx: &Ctx<'_>, address: u64, size: u32, chunk: usize, lane: usize) -> Option<u64> {
    match spot(ctx, address, size)? {
        // SAFETY: the offset was checked.
        Spot::Local(at) => Some(unsafe { local_read(ctx, at, size, chunk, lane) }),
        Spot::Host(p) => {
            let mut v = 0u64;
            for i in 0..size as usize {
                // SAFETY: the range was checked.
                v |= (unsafe { p.add(i).read() } as u64) << (8 * i);
            }
            Some(v)
        }
    }
}

/// Writes up to 8 bytes at a generic address for one lane; false, and nothing written, when they are not all there.
pub(super) fn write_bytes(ctx: &Ctx<'_>, address: u64, size: u32, chunk: usize, lane: usize, v: u64) -> bool {
    match spot(ctx, address, size) {
        // SAFETY: the offset was checked.
        Some(Spot::Local(at)) => unsafe { local_write(ctx, at, size, chunk, lane, v) },
        Some(Spot::Host(p)) => {
            for i in 0..size as usize {
                // SAFETY: the range was checked.
                unsafe { p.add(i).write((v >> (8 * i)) as u8) };
            }
        }
        None => return false,
    }
    true
}

/// A C string at a generic address, at most 64 KiB of it.
pub(super) fn read_text(ctx: &Ctx<'_>, address: u64, chunk: usize, lane: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for i in 0..1 << 16 {
        match read_bytes(ctx, address.wrapping_add(i), 1, chunk, lane)? {
            0 => break,
            b => out.push(b as u8),
        }
    }
    Some(out)
}

/// Runs `f(ctx, chunk, lane)` for each active lane, in order, until one faults.
fn each_lane(
    ctx: &mut Ctx<'_>,
    mut f: impl FnMut(&mut Ctx<'_>, usize, usize) -> Result<(), TrapKind>,
) -> Flow {
    let mut flow = Flow::Next;
    each_chunk(ctx, |ctx, chunk, mask| {
        for lane in 0..32 {
            if flow == Flow::Next
                && mask >> lane & 1 != 0
                && let Err(kind) = f(ctx, chunk, lane)
            {
                let lane = lane as u32;
                flow = ctx.fail(Fault { kind, chunk, lane, address: None, size: 0, write: false });
            }
        }
    });
    flow
}

/// Most text one launch can print; more is cut with a note.
const PRINT_LIMIT: usize = 16 << 20;

unsafe fn print(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let call = call_of(ctx, op);
    each_lane(ctx, |ctx, chunk, lane| {
        let (format, list) = (argument(ctx, call, 0, chunk, lane), argument(ctx, call, 1, chunk, lane));
        let bad = || TrapKind::IllegalOperand("printf: the format string cannot be read".into());
        let format = read_text(ctx, format, chunk, lane).ok_or_else(bad)?;
        let mut text = String::new();
        let count = printf::format(
            &format,
            &mut text,
            &mut |at, size| read_bytes(ctx, list.wrapping_add(at), size, chunk, lane),
            &|address| read_text(ctx, address, chunk, lane),
        );
        if ctx.printed.len() < PRINT_LIMIT {
            ctx.printed.push_str(&text);
            if ctx.printed.len() >= PRINT_LIMIT {
                ctx.printed.push_str("\n[the kernel printed more than 16 MiB; the rest is left out]\n");
            }
        }
        result(ctx, call, chunk, lane, count as u64);
        Ok(())
    })
}

unsafe fn allocate(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let call = call_of(ctx, op);
    each_lane(ctx, |ctx, chunk, lane| {
        let size = argument(ctx, call, 0, chunk, lane);
        let mut table = ctx.table.write().unwrap_or_else(|e| e.into_inner());
        // Like a GPU's heap: out of memory is a null pointer.
        let p = if size == 0 { 0 } else { table.alloc(size, 16, Some("device heap")).unwrap_or(0) };
        drop(table);
        result(ctx, call, chunk, lane, p);
        Ok(())
    })
}

unsafe fn release(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let call = call_of(ctx, op);
    each_lane(ctx, |ctx, chunk, lane| {
        let p = argument(ctx, call, 0, chunk, lane);
        if p == 0 {
            return Ok(());
        }
        let freed = ctx.table.write().unwrap_or_else(|e| e.into_inner()).free(p);
        // What sites remember of allocations may be stale now.
        ctx.ranges.fill(Default::default());
        freed.map(drop).map_err(|e| TrapKind::IllegalOperand(format!("free: {e}")))
    })
}

unsafe fn assert_failed(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let call = call_of(ctx, op);
    each_lane(ctx, |ctx, chunk, lane| {
        let text = |k| {
            let at = argument(ctx, call, k, chunk, lane);
            let bytes = read_text(ctx, at, chunk, lane).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let line = argument(ctx, call, 2, chunk, lane) as u32;
        Err(TrapKind::Assert(format!("`{}` at {}:{line} in {}", text(0), text(1), text(3))))
    })
}
