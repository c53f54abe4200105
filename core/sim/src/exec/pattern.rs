//! What a memory operation's addresses look like, remembered by site.
//!
//! The addresses of a full warp relative to its first lane repeat: from iteration to iteration, from warp to warp, from
//! block to block. So each site keeps the last such pattern with everything that follows from it (extent, alignment,
//! how to move the bytes, bank conflicts), and a new access costs one comparison of 32 differences. Only a new pattern is
//! looked at lane by lane. Nothing is assumed: a hit means the differences are equal, so every derived fact holds.

use super::tally::{SiteTally, Tally, conflicts};
use crate::counts::Traffic;

/// Eight consecutive lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// One address.
    Same,
    /// Consecutive elements.
    Run,
    /// Anything else.
    Mixed,
}

/// The shape of 32 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Lane `i` is at `i * step`.
    Affine { step: i64 },
    /// Eight lanes at a time are simple.
    Segments([Segment; 4]),
    /// No order.
    Mixed,
}

/// A remembered pattern.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Pattern {
    pub(crate) shape: Shape,
    /// Lowest and highest difference.
    pub(crate) low: i64,
    pub(crate) high: i64,
    /// All differences or-ed.
    pub(crate) bits: u64,
    /// Changes whenever the differences do.
    pub(crate) version: u32,
    /// How the differences were taken: 64 or 32 bits, and the factor (see [`Pattern::see32`]).
    taken: u32,
    /// The version each chunk's addresses were last found to be.
    pub(crate) seen: [u32; super::MAX_CHUNKS],
    /// Lowest and highest difference before the factor is applied.
    pub(crate) index_low: i64,
    pub(crate) index_high: i64,
    /// Shared memory: passes, and the worst group's.
    waves: u32,
    worst: u32,
    /// Size and low address bits they were counted for.
    waves_for: (u32, u32),
    /// Differences to the first lane.
    pub(crate) deltas: [u64; 32],
    /// The same in 32 bits and before the factor, when that is how they were taken.
    deltas32: [u32; 32],
}

/// [`Pattern::taken`] when nothing was.
const UNKNOWN: u32 = u32::MAX;
/// [`Pattern::taken`] in 64 bits.
const TAKEN_WIDE: u32 = 1 << 16;

impl Default for Pattern {
    fn default() -> Self {
        Pattern {
            shape: Shape::Mixed,
            low: 0,
            high: 0,
            bits: 0,
            version: 0,
            taken: UNKNOWN,
            seen: [0; super::MAX_CHUNKS],
            index_low: 0,
            index_high: 0,
            waves: 0,
            worst: 0,
            waves_for: (0, 0),
            deltas: [0; 32],
            deltas32: [0; 32],
        }
    }
}

/// Reads a value in a way the compiler learns nothing from: told that it is `a[0]`, it drops the first of 32 differences
/// and then shuffles the other 31 across vector registers.
#[inline(always)]
fn opaque<T: Copy>(v: &T) -> T {
    // SAFETY: a reference is readable.
    unsafe { std::ptr::read_volatile(v) }
}

impl Pattern {
    /// Makes this the pattern of 64-bit addresses, unless it is already.
    #[inline(always)]
    pub(crate) fn see64(&mut self, a: &[u64; 32], size: u32) {
        let (first, mut off) = (opaque(&a[0]), 0);
        for i in 0..32 {
            off |= a[i].wrapping_sub(first) ^ self.deltas[i];
        }
        if off != 0 || self.taken != TAKEN_WIDE {
            self.learn64(a, size);
        }
    }

    /// The same for 32-bit values that are multiplied by `factor` (below 2^16) to give addresses. The differences are
    /// those of the addresses only as long as no value wraps: [`Pattern::index_low`] is for checking that.
    #[inline(always)]
    pub(crate) fn see32(&mut self, a: &[u32; 32], factor: u32, size: u32) {
        let (first, mut off) = (opaque(&a[0]), 0);
        for i in 0..32 {
            off |= a[i].wrapping_sub(first) ^ self.deltas32[i];
        }
        if off != 0 || self.taken != factor {
            self.learn32(a, factor, size);
        }
    }

    /// One address for all lanes, whatever it is.
    #[inline(always)]
    pub(crate) fn see_one(&mut self, size: u32) {
        if self.taken != TAKEN_WIDE || self.shape != (Shape::Affine { step: 0 }) {
            self.learn64(&[0; 32], size);
        }
    }

    #[inline(never)]
    fn learn64(&mut self, a: &[u64; 32], size: u32) {
        for i in 0..32 {
            self.deltas[i] = a[i].wrapping_sub(a[0]);
        }
        self.taken = TAKEN_WIDE;
        self.learn(size);
    }

    #[inline(never)]
    fn learn32(&mut self, a: &[u32; 32], factor: u32, size: u32) {
        (self.index_low, self.index_high) = (0, 0);
        for i in 0..32 {
            self.deltas32[i] = a[i].wrapping_sub(a[0]);
            let d = self.deltas32[i] as i32 as i64;
            (self.index_low, self.index_high) = (self.index_low.min(d), self.index_high.max(d));
            self.deltas[i] = (d * factor as i64) as u64;
        }
        self.taken = factor;
        self.learn(size);
    }

    /// Looks at a new pattern.
    fn learn(&mut self, size: u32) {
        let d = self.deltas.map(|d| d as i64);
        self.version = self.version.wrapping_add(1);
        self.waves_for = (0, 0);
        self.low = d.iter().copied().min().unwrap_or(0);
        self.high = d.iter().copied().max().unwrap_or(0);
        self.bits = d.iter().fold(0, |a, &b| a | b as u64);
        let step = d[1];
        let sane = self.low > -(1 << 40) && self.high < 1 << 40;
        self.shape = if sane && (0..32).all(|i| d[i] == step.wrapping_mul(i as i64)) {
            Shape::Affine { step }
        } else {
            let size = size as i64;
            let kinds: [Segment; 4] = std::array::from_fn(|s| {
                let lanes = &d[s * 8..s * 8 + 8];
                let is = |step: i64| lanes.windows(2).all(|w| w[1].wrapping_sub(w[0]) == step);
                match () {
                    () if is(0) => Segment::Same,
                    () if is(size) => Segment::Run,
                    () => Segment::Mixed,
                }
            });
            if sane && !kinds.contains(&Segment::Mixed) { Shape::Segments(kinds) } else { Shape::Mixed }
        };
    }

    /// Counts a global request of a full 32-lane warp whose first lane is at `base`. Accesses are naturally aligned, so no
    /// element crosses a sector.
    #[inline(always)]
    pub(crate) fn count_global(
        &self,
        t: &mut Tally,
        site: u32,
        base: u64,
        size: u32,
        reads: bool,
        writes: bool,
    ) {
        match self.shape {
            Shape::Affine { step } => {
                t.global_affine(site, super::tally::Affine { base, stride: step }, size, reads, writes);
            }
            Shape::Segments(kinds) => {
                let window = base.wrapping_add(self.low as u64) / 128 * 4;
                let end = base.wrapping_add(self.high as u64);
                let span = |s: usize| {
                    let first = base.wrapping_add(self.deltas[s * 8]);
                    let last = first + if kinds[s] == Segment::Run { 7 * size as u64 } else { 0 };
                    (first / 32, (last + size as u64 - 1) / 32)
                };
                let (sectors, lines);
                if (end + size as u64) / 32 - window < 64 {
                    let mut bits = 0u64;
                    for s in 0..4 {
                        let (f, l) = span(s);
                        bits |= (u64::MAX >> (63 - (l - f))) << (f - window);
                    }
                    (sectors, lines) = super::tally::sectors_and_lines(bits);
                    t.mark_bits(window, bits, reads, writes);
                } else {
                    // Each sector is counted with the first interval that has it.
                    let mut intervals = [(0u64, 0u64); 4];
                    let (mut n, mut m) = (0, 0);
                    for s in 0..4 {
                        let (f, l) = span(s);
                        intervals[s] = (f, l);
                        n += fresh(f, l, &intervals[..s], 0);
                        m += fresh(f / 4, l / 4, &intervals[..s], 2);
                        t.mark(f, l, reads, writes);
                    }
                    (sectors, lines) = (n, m);
                }
                let g = &mut t.sites[site as usize].global;
                add_full(g, size, sectors, lines);
            }
            Shape::Mixed => t.global(site, &self.deltas.map(|d| base.wrapping_add(d)), size, reads, writes),
        }
    }

    /// Counts a shared request of a full 32-lane chunk; bank conflicts depend only on differences between word-aligned
    /// addresses (and, below word size, on the low address bits).
    #[inline(always)]
    pub(crate) fn count_shared(&mut self, t: &mut SiteTally, base: u32, size: u32, first: bool) {
        let key = (size, if size < 4 || self.bits & 3 != 0 { (base & 127) | 128 } else { 128 });
        if self.waves_for != key {
            let a = self.deltas.map(|d| base.wrapping_add(d as u32));
            (self.waves, self.worst) = conflicts(&a, u32::MAX, size);
            self.waves_for = key;
        }
        let s = &mut t.shared;
        s.requests += first as u64;
        s.wavefronts += self.waves as u64;
        s.wavefronts_ideal += match size {
            0..=4 => 1,
            5..=8 => 2,
            9..=16 => 4,
            _ => 8,
        };
        s.worst_way = s.worst_way.max(self.worst as u64);
        s.bytes += 32 * size as u64;
    }
}

#[inline(always)]
fn add_full(g: &mut Traffic, size: u32, sectors: u64, lines: u64) {
    g.requests += 1;
    g.sectors += sectors;
    g.sectors_ideal += sectors.min(size as u64);
    g.lines += lines;
    g.bytes += 32 * size as u64;
}

/// How many of `first..=last` are in none of the earlier intervals (given in sectors; `shift` makes them lines).
#[inline(always)]
fn fresh(first: u64, last: u64, earlier: &[(u64, u64)], shift: u32) -> u64 {
    let mut n = 0;
    for k in first..=last {
        let mut seen = false;
        for &(f, l) in earlier {
            seen |= k >= f >> shift && k <= l >> shift;
        }
        n += !seen as u64;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_pattern_counts_what_the_addresses_say() {
        let shapes: [fn(u64) -> u64; 7] = [
            |i| i * 4,
            |i| i / 16 * 1024,
            |i| i % 16 * 4,
            |i| i / 8 * 36 + i % 8 * 4,
            |i| (31 - i) * 4,
            |i| i * i % 64 * 4,
            |i| (i / 16) * 64 + i % 16 * 4,
        ];
        let mut p = Pattern::default();
        for f in shapes {
            for base in (0x10000..0x10200).step_by(4) {
                let a: [u64; 32] = std::array::from_fn(|i| base + f(i as u64));
                let (mut t, mut u) = (Tally::new(1, 0, 1 << 24), Tally::new(1, 0, 1 << 24));
                p.see64(&a, 4);
                p.count_global(&mut t, 0, a[0], 4, true, true);
                u.global(0, &a, 4, true, true);
                assert_eq!(t.sites[0].global, u.sites[0].global, "{:?} at {base:#x}", p.shape);
                assert_eq!(t.read.count(), u.read.count());
                let b = a.map(|x| x as u32);
                let mut q = Pattern::default();
                q.see32(&b, 1, 4);
                q.count_shared(&mut t.sites[0], b[0], 4, true);
                u.shared(0, &b, u32::MAX, 4, true);
                assert_eq!(t.sites[0].shared, u.sites[0].shared);
            }
        }
    }
}
