//! Which ranges are allocated, which were freed, and what is nearest to a stray address.
//!
//! First fit from a cursor that moves on, so that a freed range is not handed out again at once: late uses of it are
//! then still recognised. A red zone separates neighbours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{NotAllocated, OutOfMemory};
use crate::trap::Nearest;

/// Starts are multiples of this, as `cudaMalloc` promises.
const ALIGN: u64 = 256;
/// Unused bytes after each allocation at least.
const RED_ZONE: u64 = 256;
/// Freed ranges remembered.
const REMEMBERED: usize = 4096;

#[derive(Clone, Debug)]
struct Allocation {
    size: u64,
    /// Bytes reserved, red zone included.
    reserved: u64,
    label: Option<Box<str>>,
}

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Inside an allocation `start..end`.
    Live(u64, u64),
    /// Inside memory that was freed and not reused.
    Freed,
    /// Nothing.
    Unknown,
}

/// What other devices may know of a device's memory: its live allocations.
///
/// A copy under a lock of its own, so that two devices that read each other's memory never wait for each other's
/// tables.
#[derive(Clone, Debug, Default)]
pub struct Lent(Arc<Mutex<Copied>>);

#[derive(Debug, Default)]
struct Copied {
    /// Ends by start.
    live: BTreeMap<u64, u64>,
    epoch: u64,
}

impl Lent {
    fn lock(&self) -> MutexGuard<'_, Copied> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, address: u64) -> Option<(u64, u64)> {
        let copied = self.lock();
        let (&start, &end) = copied.live.range(..=address).next_back()?;
        (address < end).then_some((start, end))
    }

    fn is(&self, other: &Lent) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The allocation table.
#[derive(Debug)]
pub(crate) struct Table {
    base: u64,
    len: u64,
    live: BTreeMap<u64, Allocation>,
    free: BTreeMap<u64, u64>,
    freed: BTreeMap<u64, Allocation>,
    freed_order: std::collections::VecDeque<u64>,
    cursor: u64,
    used: u64,
    epoch: u64,
    lent: Lent,
    /// Other devices whose memory this one may use.
    peers: Vec<Lent>,
}

impl Table {
    pub(crate) fn new(base: u64, len: u64) -> Table {
        // Address 0 of the arena stays unused, so that an offset of zero is never a valid pointer by accident.
        let start = base + ALIGN;
        let free = BTreeMap::from([(start, len.saturating_sub(ALIGN))]);
        let (live, freed, freed_order) = Default::default();
        Table {
            base,
            len,
            live,
            free,
            freed,
            freed_order,
            cursor: start,
            used: 0,
            epoch: 1,
            lent: Lent::default(),
            peers: Vec::new(),
        }
    }

    /// Allocates `size` bytes (0 counts as 1).
    pub(crate) fn alloc(&mut self, size: u64, align: u64, label: Option<&str>) -> Result<u64, OutOfMemory> {
        let align = align.max(ALIGN);
        let none = |t: &Table| OutOfMemory { requested: size, largest: t.largest_free(), total: t.len };
        let reserved = size
            .max(1)
            .checked_next_multiple_of(ALIGN)
            .and_then(|s| s.checked_add(RED_ZONE))
            .ok_or_else(|| none(self))?;
        let fits = |(&start, &len): (&u64, &u64)| {
            let at = start.next_multiple_of(align);
            (at - start).checked_add(reserved).filter(|&need| need <= len).map(|_| (start, len, at))
        };
        let hit = self
            .free
            .range(self.cursor..)
            .find_map(fits)
            .or_else(|| self.free.range(..self.cursor).find_map(fits));
        let Some((start, len, at)) = hit else { return Err(none(self)) };
        self.free.remove(&start);
        if at > start {
            self.free.insert(start, at - start);
        }
        let end = at + reserved;
        if start + len > end {
            self.free.insert(end, start + len - end);
        }
        self.cursor = end;
        self.used += size;
        let stale: Vec<u64> = self
            .freed
            .range(..end)
            .rev()
            .take_while(|(s, a)| **s + a.reserved > at)
            .map(|(s, _)| *s)
            .collect();
        for s in stale {
            self.freed.remove(&s);
        }
        self.live.insert(at, Allocation { size, reserved, label: label.map(Into::into) });
        self.lent.lock().live.insert(at, at + size);
        Ok(at)
    }

    /// Frees an allocation by its start; gives its size.
    pub(crate) fn free(&mut self, address: u64) -> Result<u64, NotAllocated> {
        let Some(a) = self.live.remove(&address) else {
            return Err(NotAllocated { address, already_freed: self.freed.contains_key(&address) });
        };
        self.used -= a.size;
        self.epoch += 1;
        let mut lent = self.lent.lock();
        lent.live.remove(&address);
        lent.epoch += 1;
        drop(lent);
        let size = a.size;
        let (mut start, mut len) = (address, a.reserved);
        if let Some((&s, &l)) = self.free.range(..start).next_back()
            && s + l == start
        {
            self.free.remove(&s);
            (start, len) = (s, l + len);
        }
        if let Some(l) = self.free.remove(&(start + len)) {
            len += l;
        }
        self.free.insert(start, len);
        self.freed.insert(address, a);
        self.freed_order.push_back(address);
        if self.freed_order.len() > REMEMBERED
            && let Some(oldest) = self.freed_order.pop_front()
        {
            self.freed.remove(&oldest);
        }
        Ok(size)
    }

    /// What `address` belongs to.
    pub(crate) fn find(&self, address: u64) -> Lookup {
        if let Some((&s, a)) = self.live.range(..=address).next_back()
            && address < s + a.size
        {
            return Lookup::Live(s, s + a.size);
        }
        if let Some((start, end)) = self.peers.iter().find_map(|peer| peer.find(address)) {
            return Lookup::Live(start, end);
        }
        match self.freed.range(..=address).next_back() {
            Some((&s, a)) if address < s + a.size => Lookup::Freed,
            _ => Lookup::Unknown,
        }
    }

    /// The allocation nearest to `address`, freed ones included when the address is inside them.
    pub(crate) fn nearest(&self, address: u64) -> Option<Nearest> {
        let make = |s: u64, a: &Allocation, freed: bool| {
            let distance = if address < s {
                -((s - address) as i64)
            } else {
                (address - s).saturating_sub(a.size.saturating_sub(1)) as i64
            };
            let inside = address >= s && address < s + a.size;
            Nearest {
                start: s,
                size: a.size,
                distance: if inside { 0 } else { distance },
                freed,
                label: a.label.as_deref().map(str::to_owned),
            }
        };
        if let Lookup::Freed = self.find(address)
            && let Some((&s, a)) = self.freed.range(..=address).next_back()
        {
            return Some(make(s, a, true));
        }
        let below = self.live.range(..=address).next_back().map(|(&s, a)| make(s, a, false));
        let above = self.live.range(address..).next().map(|(&s, a)| make(s, a, false));
        [below, above].into_iter().flatten().min_by_key(|n| n.distance.unsigned_abs())
    }

    fn largest_free(&self) -> u64 {
        self.free.values().copied().max().unwrap_or(0).saturating_sub(RED_ZONE)
    }

    /// Changes whenever something is freed, so that remembered ranges may be stale.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch + self.peers.iter().map(|peer| peer.lock().epoch).sum::<u64>()
    }

    /// What other devices may be given to use this one's memory.
    pub(crate) fn lent(&self) -> Lent {
        self.lent.clone()
    }

    /// Lets kernels use another device's memory, or no longer.
    pub(crate) fn use_peer(&mut self, peer: &Lent, on: bool) {
        // What was remembered of the peer's memory must not outlive the permission.
        self.epoch += 1 + peer.lock().epoch;
        self.peers.retain(|known| !known.is(peer));
        if on {
            self.peers.push(peer.clone());
        }
    }

    /// Bytes allocated.
    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// One past the highest byte ever handed out, relative to the arena's base.
    pub(crate) fn high_water(&self) -> u64 {
        self.live.last_key_value().map_or(0, |(s, a)| s + a.reserved - self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_separated_and_freed_memory_is_remembered() {
        let mut t = Table::new(0x1000, 1 << 20);
        let a = t.alloc(100, 1, Some("a")).unwrap();
        let b = t.alloc(100, 1, None).unwrap();
        assert!(a.is_multiple_of(256) && b >= a + 100 + RED_ZONE);
        assert_eq!(t.find(a + 99), Lookup::Live(a, a + 100));
        assert_eq!(t.find(a + 100), Lookup::Unknown);
        let near = t.nearest(a + 103).unwrap();
        assert_eq!((near.start, near.distance, near.label.as_deref()), (a, 4, Some("a")));
        t.free(a).unwrap();
        assert_eq!(t.find(a + 5), Lookup::Freed);
        assert!(t.nearest(a + 5).unwrap().freed);
        assert_eq!(t.free(a), Err(NotAllocated { address: a, already_freed: true }));
    }

    #[test]
    fn a_peers_memory_is_found_while_it_is_lent() {
        let (mut a, mut b) = (Table::new(0x10_0000, 1 << 20), Table::new(0x90_0000, 1 << 20));
        let at = b.alloc(100, 1, None).unwrap();
        assert_eq!(a.find(at), Lookup::Unknown);
        let before = a.epoch();
        a.use_peer(&b.lent(), true);
        assert_eq!(a.find(at + 99), Lookup::Live(at, at + 100));
        let lent = a.epoch();
        b.free(at).unwrap();
        assert_eq!(a.find(at), Lookup::Unknown);
        let freed = a.epoch();
        a.use_peer(&b.lent(), false);
        let at = b.alloc(100, 1, None).unwrap();
        assert_eq!(a.find(at), Lookup::Unknown);
        assert!(before < lent && lent < freed && freed < a.epoch(), "remembered ranges are looked up again");
    }

    #[test]
    fn all_memory_can_be_used_again() {
        let mut t = Table::new(0x1000, 1 << 16);
        for _ in 0..100 {
            let all: Vec<_> = std::iter::from_fn(|| t.alloc(1000, 1, None).ok()).collect();
            assert!(all.len() > 40);
            for a in all {
                t.free(a).unwrap();
            }
            assert_eq!(t.used(), 0);
        }
        assert!(t.alloc(1 << 16, 1, None).is_err());
        assert!(t.alloc(u64::MAX - 10, 1, None).is_err());
    }
}
