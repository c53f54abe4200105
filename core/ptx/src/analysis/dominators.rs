//! Dominators and post-dominators (Lengauer and Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph", 1979,
//! with path compression only: O(n log n), so that thousands of nested loops do no harm).
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
    let mut out =
        Dominators { immediate: vec![None; blocks], reached: vec![false; blocks], depth: vec![0; blocks] };
    let Some(tree) = Tree::grow(next, root) else { return out };
    let idom = tree.immediate_dominators(next);
    let mut depth = vec![0u32; idom.len()];
    for i in 0..idom.len() {
        if i > 0 {
            depth[i] = depth[idom[i]] + 1;
        }
        let node = tree.nodes[i];
        if node < blocks {
            out.reached[node] = true;
            out.depth[node] = depth[i];
            let up = tree.nodes[idom[i]];
            out.immediate[node] = (i > 0 && up < blocks).then_some(BlockId(up as u32));
        }
    }
    out
}

/// A depth-first tree; nodes are named by the order in which they were met.
struct Tree {
    nodes: Vec<usize>,
    parent: Vec<usize>,
    number: Vec<usize>,
}

impl Tree {
    fn grow(next: &[Vec<usize>], root: usize) -> Option<Tree> {
        let mut t = Tree { nodes: Vec::new(), parent: Vec::new(), number: vec![usize::MAX; next.len()] };
        if root >= next.len() {
            return None;
        }
        let mut stack = vec![(root, 0)];
        while let Some((node, parent)) = stack.pop() {
            if t.number[node] != usize::MAX {
                continue;
            }
            let number = t.nodes.len();
            t.number[node] = number;
            t.nodes.push(node);
            t.parent.push(parent);
            stack.extend(next[node].iter().rev().map(|&to| (to, number)));
        }
        Some(t)
    }

    /// Immediate dominators, by number; the root's is itself.
    fn immediate_dominators(&self, next: &[Vec<usize>]) -> Vec<usize> {
        let n = self.nodes.len();
        let mut back = vec![Vec::new(); n];
        for (from, &node) in self.nodes.iter().enumerate() {
            next[node].iter().for_each(|&to| back[self.number[to]].push(from));
        }
        let mut semi: Vec<usize> = (0..n).collect();
        let mut idom = vec![0; n];
        let mut buckets = vec![Vec::new(); n];
        let mut forest = Forest { ancestor: vec![usize::MAX; n], best: (0..n).collect() };
        for w in (1..n).rev() {
            for &v in &back[w] {
                let u = forest.evaluate(v, &semi);
                semi[w] = semi[w].min(semi[u]);
            }
            buckets[semi[w]].push(w);
            let parent = self.parent[w];
            forest.ancestor[w] = parent;
            for v in std::mem::take(&mut buckets[parent]) {
                let u = forest.evaluate(v, &semi);
                idom[v] = if semi[u] < semi[v] { u } else { parent };
            }
        }
        for w in 1..n {
            if idom[w] != semi[w] {
                idom[w] = idom[idom[w]];
            }
        }
        idom
    }
}

/// Trees joined so far, paths shortened as they are walked.
struct Forest {
    ancestor: Vec<usize>,
    /// The node with the least semidominator on the way up to the ancestor.
    best: Vec<usize>,
}

impl Forest {
    fn evaluate(&mut self, v: usize, semi: &[usize]) -> usize {
        let mut path = vec![v];
        let mut at = v;
        while self.ancestor[at] != usize::MAX && self.ancestor[self.ancestor[at]] != usize::MAX {
            at = self.ancestor[at];
            path.push(at);
        }
        if self.ancestor[at] == usize::MAX {
            return self.best[v];
        }
        path.pop();
        while let Some(x) = path.pop() {
            let up = self.ancestor[x];
            if semi[self.best[up]] < semi[self.best[x]] {
                self.best[x] = self.best[up];
            }
            self.ancestor[x] = self.ancestor[up];
        }
        self.best[v]
    }
}
