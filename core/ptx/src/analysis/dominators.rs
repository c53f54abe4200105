//! Dominators and post-dominators (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm", 2001).
//!
//! Post-dominators are dominators of the reversed graph from a virtual exit that every leaving block reaches. A
//! block from which no exit can be reached (an endless loop) has none.

use super::cfg::{BlockId, Cfg};

/// A dominator tree: the immediate (post-)dominator of each block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dominators {
    /// `None` for the root's own children of a virtual exit, for the entry, and for blocks out of reach.
    pub immediate: Vec<Option<BlockId>>,
    /// Is the block in the tree at all?
    reached: Vec<bool>,
    /// Depth in the tree, for queries.
    depth: Vec<u32>,
}

impl Dominators {
    /// Does `a` (post-)dominate `b`? Every block dominates itself.
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        let reached = |x: BlockId| self.reached.get(x.index()).copied().unwrap_or(false);
        if !(reached(a) && reached(b)) {
            return a == b;
        }
        let mut at = b;
        while self.depth[at.index()] > self.depth[a.index()] {
            match self.immediate[at.index()] {
                Some(up) => at = up,
                None => return false,
            }
        }
        at == a
    }

    /// The immediate (post-)dominator of a block.
    pub fn of(&self, b: BlockId) -> Option<BlockId> {
        self.immediate.get(b.index()).copied().flatten()
    }
}

/// Dominators: blocks that every way from the entry passes.
pub fn dominators(cfg: &Cfg) -> Dominators {
    let next: Vec<Vec<usize>> =
        cfg.blocks.iter().map(|b| b.successors.iter().map(|s| s.index()).collect()).collect();
    solve(&next, 0, cfg.blocks.len())
}

/// Post-dominators: blocks that every way to the end of the function passes. The immediate one of a block that
/// ends in a divergent branch is where its lanes meet again.
pub fn post_dominators(cfg: &Cfg) -> Dominators {
    let n = cfg.blocks.len();
    let mut next: Vec<Vec<usize>> =
        cfg.blocks.iter().map(|b| b.predecessors.iter().map(|s| s.index()).collect()).collect();
    next.push((0..n).filter(|&b| cfg.blocks[b].leaves).collect());
    solve(&next, n, n)
}

/// Nodes reachable from `root`, in reverse postorder of a depth-first walk.
pub(super) fn reverse_postorder(next: &[Vec<usize>], root: usize) -> Vec<usize> {
    let mut seen = vec![false; next.len()];
    let mut order = Vec::new();
    let mut stack = Vec::new();
    if root < next.len() {
        seen[root] = true;
        stack.push((root, 0));
    }
    while let Some((node, child)) = stack.pop() {
        match next[node].get(child) {
            Some(&to) => {
                stack.push((node, child + 1));
                if !seen[to] {
                    seen[to] = true;
                    stack.push((to, 0));
                }
            }
            None => order.push(node),
        }
    }
    order.reverse();
    order
}

/// The dominator tree of a graph; nodes `blocks..` are virtual and not named in the result.
fn solve(next: &[Vec<usize>], root: usize, blocks: usize) -> Dominators {
    let order = reverse_postorder(next, root);
    let mut rank = vec![usize::MAX; next.len()];
    order.iter().enumerate().for_each(|(i, &n)| rank[n] = i);
    let mut back = vec![Vec::new(); next.len()];
    for &from in &order {
        next[from].iter().for_each(|&to| back[to].push(from));
    }
    // By rank: the rank of the immediate dominator.
    let mut idom = vec![usize::MAX; order.len()];
    if let Some(first) = idom.first_mut() {
        *first = 0;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for i in 1..order.len() {
            let known = back[order[i]].iter().map(|&p| rank[p]).filter(|&p| idom[p] != usize::MAX);
            let Some(new) = known.reduce(|a, b| meet(&idom, a, b)) else { continue };
            if idom[i] != new {
                idom[i] = new;
                changed = true;
            }
        }
    }
    let mut out =
        Dominators { immediate: vec![None; blocks], reached: vec![false; blocks], depth: vec![0; blocks] };
    let mut depth = vec![0u32; order.len()];
    for i in 0..order.len() {
        if i > 0 {
            depth[i] = depth[idom[i]] + 1;
        }
        let node = order[i];
        if node < blocks {
            out.reached[node] = true;
            out.depth[node] = depth[i];
            let up = order[idom[i]];
            out.immediate[node] = (i > 0 && up < blocks).then_some(BlockId(up as u32));
        }
    }
    out
}

fn meet(idom: &[usize], mut a: usize, mut b: usize) -> usize {
    while a != b {
        if a > b {
            a = idom[a];
        } else {
            b = idom[b];
        }
    }
    a
}
