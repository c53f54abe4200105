//! Basic blocks of a body and their immediate post-dominators: where diverged lanes meet again.
//!
//! Post-dominators by Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph
//! with one virtual exit.

use warplens_ptx::isa::Mnemonic;
use warplens_ptx::resolve::{Body, Op, Operand};

/// A basic block over operation indices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    /// First operation.
    pub(crate) first: u32,
    /// One past the last operation.
    pub(crate) end: u32,
    /// Blocks control can go to; `None` stands for leaving the function.
    pub(crate) next: Vec<Option<u32>>,
    /// Immediate post-dominator; `None` when it is the virtual exit.
    pub(crate) ipdom: Option<u32>,
}

/// Does the operation end a basic block?
pub(crate) fn ends_block(op: &Op) -> bool {
    use Mnemonic::*;
    matches!(op.mnemonic, Bra | Brx | Ret | Exit | Trap | Call)
}

/// Splits a body into blocks, in order.
pub(crate) fn blocks(body: &Body) -> Vec<Block> {
    let n = body.ops.len() as u32;
    let mut leader = vec![false; n as usize + 1];
    leader[0] = true;
    for &(_, at) in &body.labels {
        leader[at.index().min(n as usize)] = true;
    }
    for (i, op) in body.ops.iter().enumerate() {
        if ends_block(op) {
            leader[i + 1] = true;
        }
    }
    let starts: Vec<u32> = (0..n).filter(|&i| leader[i as usize]).collect();
    let block_at = |op: u32| starts.binary_search(&op).ok().map(|b| b as u32);
    let mut out = Vec::with_capacity(starts.len());
    for (b, &first) in starts.iter().enumerate() {
        let end = starts.get(b + 1).copied().unwrap_or(n);
        let op = &body.ops[end as usize - 1];
        let fall = (end < n).then_some(b as u32 + 1);
        let label = |o: Option<&Operand>| match o {
            Some(Operand::Label(at)) => block_at(at.0),
            _ => None,
        };
        let mut next = match op.mnemonic {
            Mnemonic::Bra => vec![label(op.operands.first())],
            Mnemonic::Brx => {
                let list = op.operands.iter().find_map(|o| match o {
                    Operand::BranchTargets(k) => body.branch_targets.get(*k as usize),
                    _ => None,
                });
                list.into_iter().flatten().map(|at| block_at(at.0)).collect()
            }
            Mnemonic::Ret | Mnemonic::Exit | Mnemonic::Trap => vec![None],
            _ => vec![fall],
        };
        if op.guard.is_some() && ends_block(op) && op.mnemonic != Mnemonic::Call {
            next.push(fall);
        }
        next.dedup();
        out.push(Block { first, end, next, ipdom: None });
    }
    post_dominators(&mut out);
    out
}

fn post_dominators(blocks: &mut [Block]) {
    let n = blocks.len();
    let exit = n;
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); n + 1];
    for (i, b) in blocks.iter().enumerate() {
        for s in &b.next {
            before[s.map_or(exit, |s| s as usize)].push(i);
        }
    }
    // Postorder of the reversed graph from the exit, without recursion.
    let mut order = Vec::with_capacity(n + 1);
    let mut rank = vec![usize::MAX; n + 1];
    let mut seen = vec![false; n + 1];
    let mut stack = vec![(exit, 0)];
    seen[exit] = true;
    while let Some((node, child)) = stack.pop() {
        match before[node].get(child) {
            Some(&c) => {
                stack.push((node, child + 1));
                if !seen[c] {
                    seen[c] = true;
                    stack.push((c, 0));
                }
            }
            None => {
                rank[node] = order.len();
                order.push(node);
            }
        }
    }
    let mut idom: Vec<Option<usize>> = vec![None; n + 1];
    idom[exit] = Some(exit);
    let mut changed = true;
    while changed {
        changed = false;
        for &node in order.iter().rev() {
            if node == exit {
                continue;
            }
            let mut new = None;
            for s in &blocks[node].next {
                let s = s.map_or(exit, |s| s as usize);
                if idom[s].is_none() {
                    continue;
                }
                new = Some(match new {
                    None => s,
                    Some(mut a) => {
                        let mut b = s;
                        while a != b {
                            while rank[a] < rank[b] {
                                a = idom[a].unwrap_or(exit);
                            }
                            while rank[b] < rank[a] {
                                b = idom[b].unwrap_or(exit);
                            }
                        }
                        a
                    }
                });
            }
            if new.is_some() && idom[node] != new {
                idom[node] = new;
                changed = true;
            }
        }
    }
    for (i, b) in blocks.iter_mut().enumerate() {
        b.ipdom = idom[i].filter(|&d| d != exit).map(|d| d as u32);
    }
}
