//! Exact counting of memory accesses and guards, by site. Issue counts are kept by the run loop, one addition a
//! basic block; here is what depends on addresses.
//!
//! Closed forms serve the patterns that dominate (full warps, affine addresses); everything else is counted from the
//! set of addresses. Both are the same numbers: a property test compares them.

use crate::counts::{SharedTraffic, Traffic};

/// Counts of one site.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SiteTally {
    pub(crate) pred_on: u64,
    pub(crate) guarded: bool,
    pub(crate) global: Traffic,
    pub(crate) local: Traffic,
    pub(crate) shared: SharedTraffic,
    pub(crate) branch_uniform: u64,
    pub(crate) branch_divergent: u64,
}

/// Counts of one worker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sites: Vec<SiteTally>,
    pub(crate) read: SectorSet,
    pub(crate) written: SectorSet,
    pub(crate) arena_base: u64,
}

/// A set of 32-byte sectors of the arena, one bit each.
#[derive(Clone, Debug, Default)]
pub(crate) struct SectorSet {
    words: Vec<u64>,
}

impl SectorSet {
    pub(crate) fn new(bytes: u64) -> SectorSet {
        SectorSet { words: vec![0; (bytes / 32 / 64 + 2) as usize] }
    }

    #[inline(always)]
    fn mark_range(&mut self, first: u64, last: u64) {
        let (word, shift) = ((first / 64) as usize, first % 64);
        let n = last.wrapping_sub(first) + 1;
        if shift + n <= 64 {
            if let Some(w) = self.words.get_mut(word) {
                *w |= (u64::MAX >> (64 - n)) << shift;
            }
            return;
        }
        for s in first..=last {
            if let Some(w) = self.words.get_mut((s / 64) as usize) {
                *w |= 1 << (s % 64);
            }
        }
    }

    #[inline(always)]
    fn mark_bits(&mut self, at: u64, bits: u64) {
        let (word, shift) = ((at / 64) as usize, at % 64);
        if let Some(w) = self.words.get_mut(word) {
            *w |= bits << shift;
        }
        if shift != 0
            && let Some(w) = self.words.get_mut(word.wrapping_add(1))
        {
            *w |= bits >> (64 - shift);
        }
    }

    pub(crate) fn merge(&mut self, other: &SectorSet) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a |= b;
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.words.iter().map(|w| w.count_ones() as u64).sum()
    }
}

/// The 32-lane patterns that have a closed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Affine {
    pub(crate) base: u64,
    pub(crate) stride: i64,
}

/// Sectors, and lines of four sectors, in a window that begins with a line.
#[inline(always)]
pub(crate) fn sectors_and_lines(bits: u64) -> (u64, u64) {
    let any = bits | bits >> 1 | bits >> 2 | bits >> 3;
    (bits.count_ones() as u64, (any & 0x1111_1111_1111_1111).count_ones() as u64)
}

/// Distinct values of `addresses >> shift` among `lanes`, given as an iterator of addresses.
pub(crate) fn distinct(keys: &mut [u64]) -> u64 {
    if keys.is_empty() {
        return 0;
    }
    if !keys.is_sorted() {
        keys.sort_unstable();
    }
    1 + keys.windows(2).filter(|w| w[0] != w[1]).count() as u64
}

impl Tally {
    pub(crate) fn new(sites: usize, arena_base: u64, high_water: u64) -> Tally {
        Tally {
            sites: vec![SiteTally::default(); sites],
            read: SectorSet::new(high_water),
            written: SectorSet::new(high_water),
            arena_base,
        }
    }

    /// A full 32-lane warp with affine, naturally aligned addresses.
    #[inline(always)]
    pub(crate) fn global_affine(&mut self, site: u32, at: Affine, size: u32, reads: bool, writes: bool) {
        let last = at.base.wrapping_add((at.stride * 31) as u64);
        let (lo, hi) = if at.stride < 0 { (last, at.base) } else { (at.base, last) };
        let step = at.stride.unsigned_abs();
        let (s0, s1) = (lo / 32, (hi + size as u64 - 1) / 32);
        let sectors = if step <= 32 { s1 - s0 + 1 } else { 32 };
        let lines = if step <= 128 { (hi + size as u64 - 1) / 128 - lo / 128 + 1 } else { 32 };
        let t = &mut self.sites[site as usize].global;
        t.requests += 1;
        t.sectors += sectors;
        t.sectors_ideal += sectors.min(size as u64);
        t.lines += lines;
        t.bytes += 32 * size as u64;
        let origin = self.arena_base / 32;
        if step <= 32 {
            let (a, b) = (s0.wrapping_sub(origin), s1.wrapping_sub(origin));
            if reads {
                self.read.mark_range(a, b);
            }
            if writes {
                self.written.mark_range(a, b);
            }
        } else {
            for i in 0..32i64 {
                let s = (at.base.wrapping_add((at.stride * i) as u64) / 32).wrapping_sub(origin);
                if reads {
                    self.read.mark_range(s, s);
                }
                if writes {
                    self.written.mark_range(s, s);
                }
            }
        }
    }

    /// One request of a warp: the addresses of its active lanes, in any order.
    pub(crate) fn global(&mut self, site: u32, addresses: &[u64], size: u32, reads: bool, writes: bool) {
        if addresses.is_empty() {
            return;
        }
        // Accesses are naturally aligned and at most 32 bytes, so each lies in one sector.
        let (mut lo, mut hi) = (u64::MAX, 0);
        for &a in addresses {
            (lo, hi) = (lo.min(a), hi.max(a));
        }
        let base = lo / 128 * 4;
        let (sectors, lines);
        if hi / 32 - base < 64 {
            // Sectors of a window of 2 KiB as bits.
            let mut bits = 0u64;
            for &a in addresses {
                bits |= 1 << (a / 32 - base);
            }
            (sectors, lines) = sectors_and_lines(bits);
            self.mark_bits(base, bits, reads, writes);
        } else {
            let mut keys = [0u64; 128];
            let n = addresses.len().min(128);
            for (k, &a) in keys.iter_mut().zip(addresses) {
                *k = a / 32;
                self.mark(a / 32, a / 32, reads, writes);
            }
            sectors = distinct(&mut keys[..n]);
            for k in &mut keys[..n] {
                *k /= 4;
            }
            lines = distinct(&mut keys[..n]);
        }
        let t = &mut self.sites[site as usize].global;
        add_request(t, addresses.len() as u64, size, sectors, lines);
    }

    /// Marks sectors `first..=last` (absolute numbers).
    #[inline(always)]
    pub(crate) fn mark(&mut self, first: u64, last: u64, reads: bool, writes: bool) {
        let origin = self.arena_base / 32;
        let (a, b) = (first.wrapping_sub(origin), last.wrapping_sub(origin));
        if reads {
            self.read.mark_range(a, b);
        }
        if writes {
            self.written.mark_range(a, b);
        }
    }

    /// Marks the sectors whose bits are set, from sector `base` on.
    #[inline(always)]
    pub(crate) fn mark_bits(&mut self, base: u64, bits: u64, reads: bool, writes: bool) {
        let at = base.wrapping_sub(self.arena_base / 32);
        if reads {
            self.read.mark_bits(at, bits);
        }
        if writes {
            self.written.mark_bits(at, bits);
        }
    }

    /// One request of a warp to local memory, where word `w` of lane `l` lies at `(w * 32 + l) * 4`.
    pub(crate) fn local(&mut self, site: u32, offsets: &[(u32, u64)], size: u32) {
        if offsets.is_empty() {
            return;
        }
        let mut keys = [0u64; 128 * 8];
        let mut n = 0;
        for &(lane, off) in offsets {
            for word in off / 4..=(off + size as u64 - 1) / 4 {
                if n < keys.len() {
                    keys[n] = (word * 32 + (lane % 32) as u64) * 4 / 32 + ((lane / 32) as u64) * (1 << 40);
                    n += 1;
                }
            }
        }
        let sectors = distinct(&mut keys[..n]);
        for k in &mut keys[..n] {
            *k /= 4;
        }
        let lines = distinct(&mut keys[..n]);
        let t = &mut self.sites[site as usize].local;
        add_request(t, offsets.len() as u64, size, sectors, lines);
    }

    /// Shared accesses of up to 32 lanes of a warp; `first` when these open the warp's request.
    pub(crate) fn shared(&mut self, site: u32, offsets: &[u32; 32], mask: u32, size: u32, first: bool) {
        let t = &mut self.sites[site as usize].shared;
        t.requests += first as u64;
        t.bytes += mask.count_ones() as u64 * size as u64;
        let (waves, worst) = conflicts(offsets, mask, size);
        t.wavefronts += waves as u64;
        t.wavefronts_ideal += groups(mask, size) as u64;
        t.worst_way = t.worst_way.max(worst as u64);
    }
}

/// Lanes whose accesses share a pass when banks allow.
fn lanes_a_pass(size: u32) -> u32 {
    match size {
        0..=4 => 32,
        5..=8 => 16,
        9..=16 => 8,
        _ => 4,
    }
}

/// Groups of lanes that go in passes of their own, those with an active lane.
fn groups(mask: u32, size: u32) -> u32 {
    let per = lanes_a_pass(size);
    (0..32 / per).filter(|g| mask >> (g * per) & (u32::MAX >> (32 - per)) != 0).count() as u32
}

/// Passes over the banks a request needs, and the most any group of lanes needs.
pub(crate) fn conflicts(offsets: &[u32; 32], mask: u32, size: u32) -> (u32, u32) {
    let per = lanes_a_pass(size);
    let words_a_lane = size.div_ceil(4);
    let (mut waves, mut worst) = (0, 0);
    for g in 0..32 / per {
        let m = mask >> (g * per) & (u32::MAX >> (32 - per));
        if m != 0 {
            let way = conflict_way(&offsets[(g * per) as usize..], m, words_a_lane) as u32;
            waves += way;
            worst = worst.max(way);
        }
    }
    (waves, worst)
}

fn add_request(t: &mut Traffic, lanes: u64, size: u32, sectors: u64, lines: u64) {
    t.requests += 1;
    t.sectors += sectors;
    t.sectors_ideal += sectors.min((lanes * size as u64).div_ceil(32));
    t.lines += lines;
    t.bytes += lanes * size as u64;
}

/// Passes over the banks that lanes `mask` of `offsets` need: the most distinct words any bank must give.
fn conflict_way(offsets: &[u32], mask: u32, words_a_lane: u32) -> u64 {
    // Most often no bank has to give two words: each bank's first word is compared with what else asks for it.
    let mut held = [u32::MAX; 32];
    let mut m = mask;
    let mut conflict = false;
    while m != 0 {
        let lane = m.trailing_zeros() as usize;
        m &= m - 1;
        for k in 0..words_a_lane {
            let w = (offsets[lane] / 4).wrapping_add(k);
            let bank = &mut held[(w % 32) as usize];
            conflict |= *bank != u32::MAX && *bank != w;
            *bank = w;
        }
    }
    if !conflict {
        return 1;
    }
    let mut words = [0u32; 32];
    let mut n = 0;
    let mut m = mask;
    while m != 0 {
        let lane = m.trailing_zeros() as usize;
        m &= m - 1;
        for k in 0..words_a_lane {
            if n < 32 {
                words[n] = (offsets[lane] / 4).wrapping_add(k);
                n += 1;
            }
        }
    }
    let words = &mut words[..n];
    words.sort_unstable();
    let mut load = [0u8; 32];
    for (i, &w) in words.iter().enumerate() {
        if i == 0 || words[i - 1] != w {
            load[(w % 32) as usize] += 1;
        }
    }
    *load.iter().max().unwrap_or(&1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(addresses: &[u64], size: u32) -> Traffic {
        let mut t = Tally::new(1, 0, 1 << 20);
        t.global(0, addresses, size, true, false);
        t.sites[0].global
    }

    #[test]
    fn a_closed_form_counts_what_the_set_of_addresses_says() {
        for size in [1u32, 2, 4, 8, 16] {
            for stride in [0i64, 1, 2, 3, 5, 8, 12, 33, 128, 200, -1, -4, -40] {
                let stride = stride * size as i64;
                for phase in 0..40u64 {
                    let base = 100_000 * 16 + phase * size as u64;
                    let all: Vec<u64> = (0..32).map(|i| base.wrapping_add((stride * i) as u64)).collect();
                    let mut t = Tally::new(1, 0, 1 << 24);
                    t.global_affine(0, Affine { base, stride }, size, true, true);
                    assert_eq!(t.sites[0].global, global(&all, size), "size {size} stride {stride}");
                    let mut u = Tally::new(1, 0, 1 << 24);
                    u.global(0, &all, size, true, true);
                    assert_eq!((t.read.count(), t.written.count()), (u.read.count(), u.written.count()));
                }
            }
        }
    }

    #[test]
    fn shared_strides_conflict_by_their_power_of_two() {
        for stride in 1..130u32 {
            let offsets: [u32; 32] = std::array::from_fn(|i| i as u32 * stride * 4);
            let ways = 1 << stride.trailing_zeros().min(5);
            assert_eq!(conflicts(&offsets, u32::MAX, 4), (ways, ways), "stride {stride} words");
        }
        assert_eq!(conflicts(&[64; 32], u32::MAX, 4), (1, 1), "one word for all lanes is a broadcast");
    }

    #[test]
    fn wide_shared_accesses_go_by_half_and_quarter_warps() {
        let at = |step: u32| -> [u32; 32] { std::array::from_fn(|i| i as u32 * step) };
        let count = |offsets: &[u32; 32], size| {
            let mut t = Tally::new(1, 0, 0);
            t.shared(0, offsets, u32::MAX, size, true);
            let s = t.sites[0].shared;
            (s.wavefronts, s.wavefronts_ideal, s.worst_way)
        };
        assert_eq!(count(&at(8), 8), (2, 2, 1));
        assert_eq!(count(&at(16), 16), (4, 4, 1));
        assert_eq!(count(&at(16), 8), (4, 2, 2));
        assert_eq!(count(&at(0), 16), (4, 4, 1));
        assert_eq!(count(&at(1), 1), (1, 1, 1));
    }
}
