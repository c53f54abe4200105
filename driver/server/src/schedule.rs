//! Work that waits: items in the order they were issued, each with the items it comes after.
//!
//! An item is ready when everything it comes after has completed. Streams are chains of items; whatever waits for
//! a stream comes after its last item. What an item does is its owner's business.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An item's number; later items have higher ones.
pub type ItemId = u64;

#[derive(Debug)]
struct Item<T> {
    device: u32,
    /// How many items it still comes after.
    blocked: usize,
    /// Items that come after this one.
    then: Vec<ItemId>,
    /// Its work until somebody takes it.
    task: Option<T>,
}

/// Items that have not completed.
#[derive(Debug)]
pub struct Schedule<T> {
    next: ItemId,
    items: BTreeMap<ItemId, Item<T>>,
    ready: BTreeSet<ItemId>,
    /// The last item of each stream, by device and stream; possibly complete.
    last: HashMap<(u32, u64), ItemId>,
}

impl<T> Default for Schedule<T> {
    fn default() -> Self {
        Schedule { next: 1, items: BTreeMap::new(), ready: BTreeSet::new(), last: HashMap::new() }
    }
}

impl<T> Schedule<T> {
    /// Whether nothing waits or is under way.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Items that have not completed.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether an item has not completed.
    pub fn is_live(&self, id: ItemId) -> bool {
        self.items.contains_key(&id)
    }

    /// The last item of a stream, if it has not completed.
    pub fn last(&self, device: u32, stream: u64) -> Option<ItemId> {
        self.last.get(&(device, stream)).copied().filter(|id| self.items.contains_key(id))
    }

    /// The last items of a device's streams that have not completed.
    pub fn lasts(&self, device: u32) -> impl Iterator<Item = (u64, ItemId)> + '_ {
        let of = self.last.iter().filter(move |((d, _), id)| *d == device && self.items.contains_key(id));
        of.map(|((_, stream), id)| (*stream, *id))
    }

    /// A device's items.
    pub fn of_device(&self, device: u32) -> Vec<ItemId> {
        self.items.iter().filter(|(_, item)| item.device == device).map(|(id, _)| *id).collect()
    }

    /// All items.
    pub fn all(&self) -> Vec<ItemId> {
        self.items.keys().copied().collect()
    }

    /// Adds an item after others; those that have completed do not count.
    pub fn add(&mut self, device: u32, after: &[ItemId], task: T) -> ItemId {
        let id = self.next;
        self.next += 1;
        let mut blocked = 0;
        for before in after {
            if let Some(item) = self.items.get_mut(before) {
                item.then.push(id);
                blocked += 1;
            }
        }
        if blocked == 0 {
            self.ready.insert(id);
        }
        self.items.insert(id, Item { device, blocked, then: Vec::new(), task: Some(task) });
        id
    }

    /// Makes an item the last of a stream.
    pub fn append(&mut self, device: u32, stream: u64, id: ItemId) {
        self.last.insert((device, stream), id);
    }

    /// Takes the work of the earliest ready item that is fit; the item stays until it completes.
    pub fn take(&mut self, fit: impl Fn(u32, &T) -> bool) -> Option<(ItemId, u32, T)> {
        let fits = |id: &&ItemId| {
            let item = self.items.get(id);
            item.is_some_and(|item| item.task.as_ref().is_some_and(|task| fit(item.device, task)))
        };
        let id = *self.ready.iter().find(fits)?;
        self.ready.remove(&id);
        let item = self.items.get_mut(&id)?;
        Some((id, item.device, item.task.take()?))
    }

    /// Whether `take` would find something.
    pub fn has(&self, fit: impl Fn(u32, &T) -> bool) -> bool {
        self.ready
            .iter()
            .filter_map(|id| self.items.get(id))
            .any(|item| item.task.as_ref().is_some_and(|task| fit(item.device, task)))
    }

    /// An item is done; what came after it may become ready.
    pub fn complete(&mut self, id: ItemId) {
        self.ready.remove(&id);
        let Some(item) = self.items.remove(&id) else { return };
        for after in item.then {
            if let Some(waiting) = self.items.get_mut(&after) {
                waiting.blocked -= 1;
                if waiting.blocked == 0 {
                    self.ready.insert(after);
                }
            }
        }
        if self.items.is_empty() {
            self.last.clear();
        }
    }

    /// Forgets all items that nobody has taken; their work, in order.
    pub fn clear(&mut self) -> Vec<T> {
        self.ready.clear();
        let (waiting, taken) =
            std::mem::take(&mut self.items).into_iter().partition(|(_, i)| i.task.is_some());
        self.items = taken;
        let waiting: BTreeMap<ItemId, Item<T>> = waiting;
        waiting.into_values().filter_map(|item| item.task).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_become_ready_when_what_they_come_after_completes() {
        let mut s = Schedule::default();
        let a = s.add(0, &[], "a");
        let b = s.add(0, &[a], "b");
        let c = s.add(1, &[a, b, 99], "c");
        assert_eq!(s.take(|_, _| true), Some((a, 0, "a")));
        assert_eq!(s.take(|_, _| true), None, "b waits for a");
        s.complete(a);
        assert_eq!(s.take(|device, _| device == 1), None, "c waits for b");
        assert_eq!(s.take(|_, _| true), Some((b, 0, "b")));
        s.complete(b);
        assert_eq!(s.take(|_, _| true), Some((c, 1, "c")));
        s.complete(c);
        assert!(s.is_empty());
    }

    #[test]
    fn the_earliest_fit_item_goes_first() {
        let mut s = Schedule::default();
        let (a, b) = (s.add(0, &[], "kernel"), s.add(0, &[], "copy"));
        assert_eq!(s.take(|_, task| *task == "copy"), Some((b, 0, "copy")));
        assert_eq!(s.take(|_, _| true), Some((a, 0, "kernel")));
    }

    #[test]
    fn streams_end_with_their_last_item_and_a_clear_forgets_all() {
        let mut s = Schedule::default();
        let a = s.add(0, &[], "a");
        s.append(0, 7, a);
        assert_eq!((s.last(0, 7), s.last(1, 7)), (Some(a), None));
        assert_eq!(s.lasts(0).collect::<Vec<_>>(), [(7, a)]);
        let b = s.add(0, &[a], "b");
        s.append(0, 7, b);
        assert_eq!(s.take(|_, _| true), Some((a, 0, "a")));
        assert_eq!(s.clear(), ["b"], "a was taken");
        assert_eq!((s.all(), s.last(0, 7)), (vec![a], None));
        s.complete(a);
        assert!(s.is_empty() && s.last(0, 7).is_none());
    }
}
