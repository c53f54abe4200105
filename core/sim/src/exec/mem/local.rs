//! Local memory: words interleaved by lane, so that one offset for all lanes is one row.

use super::*;

/// Host address of a local word of a lane.
#[inline(always)]
pub(super) fn local_word(ctx: &Ctx<'_>, word: u64, chunk: usize, lane: usize) -> *mut u32 {
    ctx.local.wrapping_add(((word as usize * ctx.chunks + chunk) * 32 + lane) * 4).cast()
}

/// Reads up to 8 bytes of a lane's local memory.
///
/// # Safety
/// The bytes were checked against `local_len`.
pub(in crate::exec) unsafe fn local_read(
    ctx: &Ctx<'_>,
    at: u64,
    size: u32,
    chunk: usize,
    lane: usize,
) -> u64 {
    let mut v = 0u64;
    // SAFETY: by the caller's promise every word touched is inside.
    unsafe {
        if size == 8 {
            v = *local_word(ctx, at / 4, chunk, lane) as u64
                | (*local_word(ctx, at / 4 + 1, chunk, lane) as u64) << 32;
        } else {
            let w = *local_word(ctx, at / 4, chunk, lane) >> (at % 4 * 8);
            v |= w as u64 & (u64::MAX >> (64 - size * 8));
        }
    }
    v
}

/// Writes up to 8 bytes of a lane's local memory.
///
/// # Safety
/// As for [`local_read`].
pub(in crate::exec) unsafe fn local_write(
    ctx: &Ctx<'_>,
    at: u64,
    size: u32,
    chunk: usize,
    lane: usize,
    v: u64,
) {
    // SAFETY: by the caller's promise every word touched is inside.
    unsafe {
        let word = local_word(ctx, at / 4, chunk, lane);
        if size == 8 {
            *word = v as u32;
            *local_word(ctx, at / 4 + 1, chunk, lane) = (v >> 32) as u32;
        } else if size == 4 {
            *word = v as u32;
        } else {
            let keep = !(((1u32 << (size * 8)) - 1) << (at % 4 * 8));
            *word = *word & keep | (v as u32 & !(u32::MAX << (size * 8))) << (at % 4 * 8);
        }
    }
}

pub(super) fn check_local(
    ctx: &mut Ctx<'_>,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    write: bool,
) -> Result<(), Flow> {
    let (_, hi, or) = extent(a, mask);
    let limit = ctx.local_len as u64;
    if or & (size.min(8) as u64 - 1) == 0 && hi < limit && limit - hi >= size as u64 {
        return Ok(());
    }
    Err(bad_offset(ctx, chunk, mask, a, size, limit, write, TrapKind::LocalOutOfBounds))
}
