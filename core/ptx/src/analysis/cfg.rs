//! Basic blocks and the edges between them.

use crate::isa::Mnemonic;
use crate::resolve::{Body, Op, OpIx, Operand};
use std::ops::Range;

/// A block of one [`Cfg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

impl BlockId {
    /// As an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Operations that run one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Indices into [`Body::ops`]; empty only for a body without operations.
    pub ops: Range<u32>,
    /// Where control may go next: the taken edges first, then falling through. No repetitions.
    pub successors: Vec<BlockId>,
    /// Where control may come from.
    pub predecessors: Vec<BlockId>,
    /// Control may leave the function here (`ret`, `exit`, `trap`, or the end of the body).
    pub leaves: bool,
}

/// Control flow of a body; block 0 is the entry and blocks are in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cfg {
    /// Blocks.
    pub blocks: Vec<Block>,
    /// The block of each operation.
    pub block_of: Vec<BlockId>,
}

impl Cfg {
    /// Cuts `body` into blocks.
    pub fn new(body: &Body) -> Cfg {
        let count = body.ops.len();
        let mut starts = vec![false; count + 1];
        starts[0] = true;
        for (i, op) in body.ops.iter().enumerate() {
            if ends_block(op.mnemonic) {
                starts[i + 1] = true;
            }
            for t in targets(body, op) {
                starts[t.index().min(count)] = true;
            }
        }
        let heads: Vec<usize> = (0..count.max(1)).filter(|&i| starts[i]).collect();
        let mut block_of = Vec::with_capacity(count);
        let mut blocks = Vec::with_capacity(heads.len());
        for (b, &start) in heads.iter().enumerate() {
            let end = heads.get(b + 1).copied().unwrap_or(count);
            block_of.resize(end, BlockId(b as u32));
            blocks.push(Block {
                ops: start as u32..end as u32,
                successors: Vec::new(),
                predecessors: Vec::new(),
                leaves: false,
            });
        }
        let mut cfg = Cfg { blocks, block_of };
        cfg.connect(body);
        cfg
    }

    fn connect(&mut self, body: &Body) {
        for b in 0..self.blocks.len() {
            let id = BlockId(b as u32);
            let end = self.blocks[b].ops.end as usize;
            let last = body.ops.get(end.wrapping_sub(1));
            let (jumps, falls, mut leaves) = match last {
                Some(op) => (targets(body, op), falls_through(op), can_leave(op)),
                None => (&[][..], true, false),
            };
            let mut next = Vec::new();
            for &t in jumps {
                match self.block_of.get(t.index()) {
                    Some(&to) if !next.contains(&to) => next.push(to),
                    Some(_) => {}
                    None => leaves = true,
                }
            }
            if falls {
                match self.block_of.get(end) {
                    Some(&to) if !next.contains(&to) => next.push(to),
                    Some(_) => {}
                    None => leaves = true,
                }
            }
            for to in &next {
                self.blocks[to.index()].predecessors.push(id);
            }
            self.blocks[b].successors = next;
            self.blocks[b].leaves = leaves;
        }
    }

    /// Blocks that can be reached from the entry, each after all its predecessors but for loops.
    pub fn reverse_postorder(&self) -> Vec<BlockId> {
        let next: Vec<_> =
            self.blocks.iter().map(|b| b.successors.iter().map(|s| s.index()).collect()).collect();
        super::dominators::reverse_postorder(&next, 0).into_iter().map(|b| BlockId(b as u32)).collect()
    }

    /// The block an operation belongs to.
    pub fn block(&self, op: OpIx) -> Option<BlockId> {
        self.block_of.get(op.index()).copied()
    }
}

/// Labels an operation may jump to.
pub fn targets<'b>(body: &'b Body, op: &'b Op) -> &'b [OpIx] {
    match (op.mnemonic, op.operands.as_slice()) {
        (Mnemonic::Bra, [Operand::Label(to), ..]) => std::slice::from_ref(to),
        (Mnemonic::Brx, [_, Operand::BranchTargets(list), ..]) => {
            body.branch_targets.get(*list as usize).map_or(&[], Vec::as_slice)
        }
        _ => &[],
    }
}

fn ends_block(m: Mnemonic) -> bool {
    matches!(m, Mnemonic::Bra | Mnemonic::Brx | Mnemonic::Ret | Mnemonic::Exit | Mnemonic::Trap)
}

fn falls_through(op: &Op) -> bool {
    op.guard.is_some() || !ends_block(op.mnemonic)
}

fn can_leave(op: &Op) -> bool {
    matches!(op.mnemonic, Mnemonic::Ret | Mnemonic::Exit | Mnemonic::Trap)
}
