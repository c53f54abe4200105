//! The targets of atomics.

use super::both::{Window, windows};
use super::*;

/// Where each lane's atomic operates: checked host pointers, and the access counted.
pub(in crate::exec) fn atomic_targets(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    size: u32,
    target: Target,
) -> Result<[*mut u8; 32], Flow> {
    let mut out = [std::ptr::null_mut(); 32];
    let all = addresses(ctx, op, chunk);
    let mut one = |ctx: &mut Ctx<'_>, target: Target, mask: u32, a: &[u64; 32]| -> Result<(), Flow> {
        match target {
            Target::Global => {
                let whole = check_global(ctx, op, chunk, mask, a, size, true)?;
                count_global(ctx, op, chunk, mask, a, whole, size, AccessKind::Atomic);
                for i in 0..32 {
                    if mask >> i & 1 != 0 {
                        out[i] = ctx.host(a[i]);
                    }
                }
            }
            Target::Shared => {
                let (offsets, whole) = check_shared(ctx, op, chunk, mask, a, size, true)?;
                count_shared(ctx, op, chunk, mask, &offsets, whole, size, AccessKind::Atomic);
                for i in 0..32 {
                    if mask >> i & 1 != 0 {
                        out[i] = ctx.shared.wrapping_add(a[i] as usize);
                    }
                }
            }
            Target::Local | Target::Generic => {
                let lane = mask.trailing_zeros() % 32;
                let address = Some(all[lane as usize]);
                let kind = TrapKind::AccessNotAllowed;
                return Err(ctx.fail(Fault { kind, chunk, lane, address, size, write: true }));
            }
        }
        Ok(())
    };
    if target == Target::Generic {
        for (window, mask, a) in windows(&all, mask) {
            // Parameters are no more a target of atomics than local memory is.
            let target = if let Window::Space(t) = window { t } else { Target::Generic };
            one(ctx, target, mask, &a)?;
        }
    } else {
        one(ctx, target, mask, &all)?;
    }
    Ok(out)
}
