//! What a program has allocated, and what all programs together use of each device.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use warplens_driver_protocol::message::{AllocationFacts, memory_kind};

/// Bytes in use a device, over all programs.
#[derive(Debug)]
pub struct Used(Vec<AtomicU64>);

impl Used {
    pub fn new(devices: usize) -> Arc<Used> {
        Arc::new(Used((0..devices).map(|_| AtomicU64::new(0)).collect()))
    }

    pub fn get(&self, device: u32) -> u64 {
        self.0.get(device as usize).map_or(0, |used| used.load(Ordering::Relaxed))
    }

    /// Takes bytes unless that would go beyond `limit`.
    fn take(&self, device: u32, bytes: u64, limit: u64) -> bool {
        let Some(used) = self.0.get(device as usize) else { return false };
        let more = |now: u64| now.checked_add(bytes).filter(|&sum| sum <= limit);
        used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    fn give_back(&self, device: u32, bytes: u64) {
        if let Some(used) = self.0.get(device as usize) {
            used.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

/// Kind of a module's variable: device memory that nobody frees.
const VARIABLE: u8 = 255;
/// The same for one that the host uses too.
const MANAGED_VARIABLE: u8 = 254;

/// One program's allocations on all devices.
#[derive(Debug)]
pub struct Allocations {
    used: Arc<Used>,
    live: BTreeMap<u64, AllocationFacts>,
}

/// Kinds that take device memory; pinned host memory does not.
fn counts(kind: u8) -> bool {
    matches!(kind, memory_kind::DEVICE | memory_kind::MANAGED)
}

impl Allocations {
    pub fn new(used: Arc<Used>) -> Allocations {
        Allocations { used, live: BTreeMap::new() }
    }

    /// Whether there is room, and takes it.
    pub fn reserve(&self, device: u32, bytes: u64, kind: u8, limit: u64) -> bool {
        !counts(kind) || self.used.take(device, bytes, limit)
    }

    /// Gives reserved room back that was not used after all.
    pub fn release(&self, device: u32, bytes: u64, kind: u8) {
        if counts(kind) {
            self.used.give_back(device, bytes);
        }
    }

    pub fn insert(&mut self, facts: AllocationFacts) {
        self.live.insert(facts.base, facts);
    }

    /// Notes a variable; one that was found as managed stays so.
    pub fn insert_variable(&mut self, device: u32, base: u64, size: u64, managed: bool) {
        let kind = if managed { MANAGED_VARIABLE } else { VARIABLE };
        let known = self.live.get(&base).is_some_and(|facts| facts.kind == MANAGED_VARIABLE);
        if !known {
            self.live.insert(base, AllocationFacts { base, size, kind, device, flags: 0 });
        }
    }

    /// The allocation that holds an address; a variable shows as device or managed memory.
    pub fn find(&self, address: u64) -> Option<AllocationFacts> {
        let (_, facts) = self.live.range(..=address).next_back()?;
        // An empty allocation still holds its own address.
        let inside = address - facts.base < facts.size.max(1);
        let kind = match facts.kind {
            VARIABLE => memory_kind::DEVICE,
            MANAGED_VARIABLE => memory_kind::MANAGED,
            kind => kind,
        };
        inside.then(|| AllocationFacts { kind, ..facts.clone() })
    }

    /// Whether an allocation begins here that may be freed as this kind.
    pub fn may_free(&self, address: u64, kind: u8) -> bool {
        self.live.get(&address).is_some_and(|facts| {
            facts.kind == kind || (kind == memory_kind::DEVICE && facts.kind == memory_kind::MANAGED)
        })
    }

    /// Takes an allocation out by its start, if it may be freed as this kind.
    pub fn remove(&mut self, address: u64, kind: u8) -> Option<AllocationFacts> {
        if !self.may_free(address, kind) {
            return None;
        }
        let facts = self.live.remove(&address)?;
        self.release(facts.device, facts.size, facts.kind);
        Some(facts)
    }

    /// Forgets everything on a device.
    pub fn reset(&mut self, device: u32) {
        for facts in self.live.values().filter(|f| f.device == device) {
            self.release(facts.device, facts.size, facts.kind);
        }
        self.live.retain(|_, f| f.device != device);
    }
}

impl Drop for Allocations {
    fn drop(&mut self) {
        for facts in self.live.values() {
            self.release(facts.device, facts.size, facts.kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(base: u64, size: u64, kind: u8) -> AllocationFacts {
        AllocationFacts { base, size, kind, device: 0, flags: 0 }
    }

    #[test]
    fn two_programs_share_a_devices_memory() {
        let used = Used::new(1);
        let (mut a, b) = (Allocations::new(used.clone()), Allocations::new(used.clone()));
        assert!(a.reserve(0, 60, memory_kind::DEVICE, 100));
        a.insert(facts(4096, 60, memory_kind::DEVICE));
        assert!(!b.reserve(0, 60, memory_kind::DEVICE, 100));
        assert!(b.reserve(0, 1000, memory_kind::HOST, 100), "pinned memory is the host's");
        drop(a);
        assert!(b.reserve(0, 60, memory_kind::DEVICE, 100));
    }

    #[test]
    fn a_managed_variable_stays_managed_and_nobody_frees_it() {
        let mut a = Allocations::new(Used::new(1));
        a.insert_variable(0, 4096, 8, true);
        a.insert_variable(0, 4096, 8, false);
        a.insert_variable(0, 8192, 8, false);
        assert_eq!(a.find(4100).map(|f| f.kind), Some(memory_kind::MANAGED));
        assert_eq!(a.find(8192).map(|f| f.kind), Some(memory_kind::DEVICE));
        assert!(a.remove(4096, memory_kind::DEVICE).is_none());
    }

    #[test]
    fn memory_is_freed_as_what_it_was_allocated() {
        let mut a = Allocations::new(Used::new(1));
        a.insert(facts(4096, 10, memory_kind::HOST));
        a.insert(facts(8192, 10, memory_kind::MANAGED));
        assert!(a.remove(4096, memory_kind::DEVICE).is_none());
        assert!(a.remove(4096, memory_kind::HOST).is_some());
        assert!(a.remove(8193, memory_kind::DEVICE).is_none(), "not its start");
        assert!(a.remove(8192, memory_kind::DEVICE).is_some(), "cudaFree takes managed memory");
        assert!(a.find(8192).is_none());
    }
}
