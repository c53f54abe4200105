//! The divergence tree of a gang: groups of lanes with one pc each.
//!
//! A *leaf* is a group that can run, or waits at a barrier or a warp synchronisation. When a leaf's lanes part at a
//! branch it becomes a *join*: it keeps the reconvergence pc, and its lanes are *pending* until each arrives there
//! (or exits). Once none is pending the join is a leaf again. A call is a join whose lanes are in the callee.
//!
//! Every lane that has not exited is in exactly one leaf, or has arrived in exactly one join.

use super::Masks;

/// A node.
pub(crate) type NodeId = usize;

/// Reconvergence pc of groups that only end by returning or exiting.
pub(crate) const NEVER: u32 = u32::MAX;

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Can run.
    Ready,
    /// Has children; lanes that arrived wait.
    Join,
    /// Waits at a barrier of the block.
    Barrier(u32),
    /// Waits for named lanes of its warps at a `.sync` instruction.
    WarpSync,
    /// Slot is free.
    Free,
}

/// One group.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) state: State,
    /// Next operation (of a join: where it goes on).
    pub(crate) pc: u32,
    /// Where it joins its parent.
    pub(crate) rpc: u32,
    /// Lanes here (of a join: those that arrived).
    pub(crate) mask: Masks,
    /// Of a join: lanes still out.
    pub(crate) pending: Masks,
    pub(crate) parent: Option<NodeId>,
    /// Call frame it runs in.
    pub(crate) frame: usize,
    /// Of a call's join: the callee's frame, freed when the last lane is back.
    pub(crate) callee: Option<usize>,
    /// Blocks run by this group and the ones it came from (spin detection).
    pub(crate) spun: u64,
    /// `pc` begins a block that was not counted yet.
    pub(crate) fresh: bool,
}

/// All groups of one gang.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// Ready leaves; the last runs first.
    pub(crate) ready: Vec<NodeId>,
    /// Frames whose last lane returned, for the owner to recycle.
    pub(crate) freed_frames: Vec<usize>,
}

/// No lane.
pub(crate) const EMPTY: Masks = [0; super::MAX_CHUNKS];

pub(crate) fn is_empty(m: &Masks) -> bool {
    m.iter().fold(0, |a, &b| a | b) == 0
}

pub(crate) fn and(a: &Masks, b: &Masks) -> Masks {
    std::array::from_fn(|i| a[i] & b[i])
}

pub(crate) fn minus(a: &Masks, b: &Masks) -> Masks {
    std::array::from_fn(|i| a[i] & !b[i])
}

pub(crate) fn union(a: &Masks, b: &Masks) -> Masks {
    std::array::from_fn(|i| a[i] | b[i])
}

pub(crate) fn lanes(m: &Masks) -> u32 {
    m.iter().map(|w| w.count_ones()).sum()
}

impl Tree {
    /// Starts over with one group of all lanes at pc 0 in frame 0.
    pub(crate) fn reset(&mut self, mask: Masks) {
        self.nodes.clear();
        self.ready.clear();
        self.freed_frames.clear();
        self.add(0, NEVER, mask, None, 0);
    }

    /// Adds a ready leaf.
    pub(crate) fn add(
        &mut self,
        pc: u32,
        rpc: u32,
        mask: Masks,
        parent: Option<NodeId>,
        frame: usize,
    ) -> NodeId {
        let node = Node {
            state: State::Ready,
            pc,
            rpc,
            mask,
            pending: EMPTY,
            parent,
            frame,
            callee: None,
            spun: 0,
            fresh: true,
        };
        let id = match self.nodes.iter().position(|n| n.state == State::Free) {
            Some(id) => {
                self.nodes[id] = node;
                id
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        self.ready.push(id);
        id
    }

    /// The leaf to run next.
    pub(crate) fn next(&mut self) -> Option<NodeId> {
        self.ready.pop()
    }

    /// Makes a leaf that was taken by [`Tree::next`] (or released) ready again.
    pub(crate) fn put_back(&mut self, id: NodeId) {
        self.nodes[id].state = State::Ready;
        self.ready.push(id);
    }

    /// Puts a leaf behind all other ready ones.
    pub(crate) fn put_last(&mut self, id: NodeId) {
        self.nodes[id].state = State::Ready;
        self.ready.insert(0, id);
    }

    /// Every group is gone.
    pub(crate) fn is_done(&self) -> bool {
        self.nodes.iter().all(|n| n.state == State::Free)
    }

    /// Lanes `mask` of leaf `id` (all of its lanes or some) have reached the leaf's reconvergence pc. Returns whether
    /// the leaf still has lanes.
    pub(crate) fn arrive(&mut self, id: NodeId, mask: &Masks) -> bool {
        let parent = self.nodes[id].parent;
        self.nodes[id].mask = minus(&self.nodes[id].mask, mask);
        if let Some(p) = parent {
            let join = &mut self.nodes[p];
            join.mask = union(&join.mask, mask);
            join.pending = minus(&join.pending, mask);
            self.settle(p);
        }
        self.keep(id)
    }

    /// Lanes `mask` of leaf `id` have exited. Returns whether the leaf still has lanes.
    pub(crate) fn exit(&mut self, id: NodeId, mask: &Masks) -> bool {
        self.nodes[id].mask = minus(&self.nodes[id].mask, mask);
        let mut up = self.nodes[id].parent;
        while let Some(p) = up {
            up = self.nodes[p].parent;
            self.nodes[p].pending = minus(&self.nodes[p].pending, mask);
            self.settle(p);
        }
        self.keep(id)
    }

    fn keep(&mut self, id: NodeId) -> bool {
        let alive = !is_empty(&self.nodes[id].mask);
        if !alive {
            self.nodes[id].state = State::Free;
        }
        alive
    }

    /// A join whose last pending lane is gone runs on, or vanishes when nobody arrived.
    fn settle(&mut self, p: NodeId) {
        if self.nodes[p].state != State::Join || !is_empty(&self.nodes[p].pending) {
            return;
        }
        if let Some(f) = self.nodes[p].callee.take() {
            self.freed_frames.push(f);
        }
        if is_empty(&self.nodes[p].mask) {
            self.nodes[p].state = State::Free;
        } else {
            self.put_back(p);
        }
    }

    /// Leaf `id` parts: `parts` are the non-empty groups with their pcs. Groups that are at `rpc` already arrive at
    /// once. Gives nothing back: the ready list holds what runs next (the first part on top).
    pub(crate) fn split(&mut self, id: NodeId, rpc: u32, parts: &[(u32, Masks)]) {
        let (parent, frame, outer) = (self.nodes[id].parent, self.nodes[id].frame, self.nodes[id].rpc);
        if rpc == NEVER || rpc == outer {
            // Both sides join where the leaf itself would have: no join of its own.
            let mut own = false;
            for &(pc, mask) in parts.iter().rev() {
                if pc == outer && outer != NEVER {
                    self.arrive_elsewhere(parent, &mask);
                } else if own {
                    self.add(pc, outer, mask, parent, frame);
                } else {
                    own = true;
                    let n = &mut self.nodes[id];
                    (n.pc, n.mask, n.fresh) = (pc, mask, true);
                    self.put_back(id);
                }
            }
            if !own {
                self.nodes[id].state = State::Free;
            }
            return;
        }
        let all = self.nodes[id].mask;
        let n = &mut self.nodes[id];
        (n.state, n.pc, n.mask, n.pending, n.fresh) = (State::Join, rpc, EMPTY, all, true);
        let spun = n.spun;
        for &(pc, mask) in parts.iter().rev() {
            if pc == rpc {
                let n = &mut self.nodes[id];
                n.mask = union(&n.mask, &mask);
                n.pending = minus(&n.pending, &mask);
            } else {
                let child = self.add(pc, rpc, mask, Some(id), frame);
                self.nodes[child].spun = spun;
            }
        }
        self.settle(id);
    }

    fn arrive_elsewhere(&mut self, parent: Option<NodeId>, mask: &Masks) {
        if let Some(p) = parent {
            let join = &mut self.nodes[p];
            join.mask = union(&join.mask, mask);
            join.pending = minus(&join.pending, mask);
            self.settle(p);
        }
    }

    /// Splits some lanes off a leaf into a leaf of their own at the same place. The leaf's state is left as it is; the
    /// new one is ready.
    pub(crate) fn split_off(&mut self, id: NodeId, mask: &Masks) -> NodeId {
        let n = &mut self.nodes[id];
        n.mask = minus(&n.mask, mask);
        let (pc, rpc, parent, frame, fresh) = (n.pc, n.rpc, n.parent, n.frame, n.fresh);
        let new = self.add(pc, rpc, *mask, parent, frame);
        self.nodes[new].fresh = fresh;
        new
    }

    /// Leaf `id` calls: its lanes `mask` go to pc 0 of the callee's frame, the others wait where the call returns to.
    pub(crate) fn call(&mut self, id: NodeId, back: u32, mask: &Masks, callee: usize) {
        let n = &mut self.nodes[id];
        let rest = minus(&n.mask, mask);
        (n.state, n.pc, n.mask, n.pending, n.callee, n.fresh) =
            (State::Join, back, rest, *mask, Some(callee), true);
        self.add(0, NEVER, *mask, Some(id), callee);
    }

    /// Lanes `mask` of leaf `id` return from the function of `frame`. Returns whether the leaf still has lanes.
    pub(crate) fn ret(&mut self, id: NodeId, mask: &Masks, frame: usize) -> bool {
        self.nodes[id].mask = minus(&self.nodes[id].mask, mask);
        let mut up = self.nodes[id].parent;
        while let Some(p) = up {
            up = self.nodes[p].parent;
            self.nodes[p].pending = minus(&self.nodes[p].pending, mask);
            let home = self.nodes[p].callee == Some(frame);
            if home {
                self.nodes[p].mask = union(&self.nodes[p].mask, mask);
            }
            self.settle(p);
            if home {
                break;
            }
        }
        self.keep(id)
    }

    /// Forward progress: lets the lanes that wait in a join of `id`'s ancestry (or anywhere, for `None`) run on
    /// without those they wait for. Gives whether any did.
    pub(crate) fn release_waiting(&mut self, id: Option<NodeId>) -> bool {
        let mut joins = Vec::new();
        match id {
            Some(id) => {
                let mut up = self.nodes[id].parent;
                while let Some(p) = up {
                    joins.push(p);
                    up = self.nodes[p].parent;
                }
            }
            None => joins.extend(0..self.nodes.len()),
        }
        let mut any = false;
        for p in joins {
            let n = &mut self.nodes[p];
            if n.state != State::Join || is_empty(&n.mask) {
                continue;
            }
            let mask = std::mem::replace(&mut n.mask, EMPTY);
            let (pc, rpc, parent, frame) = (n.pc, n.rpc, n.parent, n.frame);
            if pc == rpc && rpc != NEVER {
                self.arrive_elsewhere(parent, &mask);
            } else {
                self.add(pc, rpc, mask, parent, frame);
            }
            any = true;
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m(bits: u32) -> Masks {
        let mut v = EMPTY;
        v[0] = bits;
        v
    }

    #[test]
    fn both_sides_meet_again_at_the_post_dominator() {
        let mut t = Tree::default();
        t.reset(m(0b1111));
        let root = t.next().unwrap();
        t.split(root, 10, &[(3, m(0b0011)), (7, m(0b1100))]);
        let first = t.next().unwrap();
        assert_eq!((t.nodes[first].pc, t.nodes[first].mask[0]), (3, 0b0011));
        assert!(!t.arrive(first, &m(0b0011)));
        let second = t.next().unwrap();
        assert_eq!(t.nodes[second].pc, 7);
        t.arrive(second, &m(0b1100));
        let joined = t.next().unwrap();
        assert_eq!((t.nodes[joined].pc, t.nodes[joined].mask[0]), (10, 0b1111));
    }

    #[test]
    fn lanes_that_exit_are_not_waited_for() {
        let mut t = Tree::default();
        t.reset(m(0b11));
        let root = t.next().unwrap();
        t.split(root, 10, &[(3, m(0b01)), (10, m(0b10))]);
        let side = t.next().unwrap();
        assert!(!t.exit(side, &m(0b01)));
        let rest = t.next().unwrap();
        assert_eq!((t.nodes[rest].pc, t.nodes[rest].mask[0]), (10, 0b10));
        t.exit(rest, &m(0b10));
        assert!(t.is_done());
    }

    #[test]
    fn waiting_lanes_can_be_let_go() {
        let mut t = Tree::default();
        t.reset(m(0b11));
        let root = t.next().unwrap();
        t.split(root, 10, &[(10, m(0b10)), (3, m(0b01))]);
        let spinner = t.next().unwrap();
        assert!(t.release_waiting(Some(spinner)));
        let free = t.next().unwrap();
        assert_eq!((t.nodes[free].pc, t.nodes[free].rpc, t.nodes[free].mask[0]), (10, NEVER, 0b10));
        t.exit(free, &m(0b10));
        t.arrive(spinner, &m(0b01));
        assert_eq!(t.next(), Some(root));
    }
}
