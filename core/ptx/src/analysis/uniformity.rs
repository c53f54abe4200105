//! Which values are the same for all threads of a block or warp, and which are affine in the thread's index.
//!
//! Flow-insensitive: one [`Value`] a register, the join over all that is written to it, plus what control flow adds. A
//! register with several writes, one of them under a branch that lanes take differently, differs between lanes. A
//! worklist runs until nothing grows more divergent; every value can do so only a few times.
//!
//! What it guarantees: a value called uniform is, as long as integer arithmetic does not wrap differently and memory that
//! is read from one address holds one value. What it does not: a value called [`Class::Thread`] may still be uniform.

mod transfer;

use super::cfg::{BlockId, Cfg};
use super::dominators::{Dominators, post_dominators};
use super::effects::effects;
use crate::isa::Mnemonic;
use crate::resolve::{AddressBase, Body, OpIx, Operand, RegId, Resolved};
use transfer::Reader;

/// How far a value is the same; ordered from same to different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// For all threads of a block.
    Block,
    /// For all lanes of a warp.
    Warp,
    /// May differ from thread to thread.
    Thread,
}

/// A factor of a thread coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Factor {
    /// This much.
    Known(i64),
    /// The same for the whole block, but only known at run time.
    Runtime,
}

/// `x*tid.x + y*tid.y + z*tid.z + lane*laneid + base`, the base being uniform over the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Affine {
    /// Factors of `tid.x`, `tid.y`, `tid.z` and `laneid`.
    pub factors: [Factor; 4],
    /// The base, when it is a constant.
    pub base: Option<i64>,
    /// Holds only among lanes on the same trip of a loop that lanes leave at different times.
    pub same_trip: bool,
}

/// What is known of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    /// How far it is the same.
    pub class: Class,
    /// Its form, if it has one.
    pub affine: Option<Affine>,
}

const ZERO: Factor = Factor::Known(0);

impl Factor {
    fn add(self, other: Factor) -> Factor {
        match (self, other) {
            (Factor::Known(a), Factor::Known(b)) => Factor::Known(a.wrapping_add(b)),
            _ => Factor::Runtime,
        }
    }

    fn scale(self, by: Option<i64>) -> Factor {
        match (self, by) {
            (ZERO, _) => ZERO,
            (Factor::Known(a), Some(k)) => Factor::Known(a.wrapping_mul(k)),
            _ => Factor::Runtime,
        }
    }
}

impl Affine {
    fn uniform(base: Option<i64>) -> Affine {
        Affine { factors: [ZERO; 4], base, same_trip: false }
    }

    fn add(self, o: Affine) -> Affine {
        let mut factors = self.factors;
        factors.iter_mut().zip(o.factors).for_each(|(a, b)| *a = a.add(b));
        let base = self.base.zip(o.base).map(|(a, b)| a.wrapping_add(b));
        Affine { factors, base, same_trip: self.same_trip || o.same_trip }
    }

    fn scale(self, by: Option<i64>) -> Affine {
        let base = self.base.zip(by).map(|(a, b)| a.wrapping_mul(b));
        Affine { factors: self.factors.map(|f| f.scale(by)), base, same_trip: self.same_trip }
    }

    /// Does no thread coordinate come in?
    pub fn is_uniform(&self) -> bool {
        self.factors == [ZERO; 4]
    }
}

impl Value {
    /// The same for a whole block.
    pub const UNIFORM: Value = Value {
        class: Class::Block,
        affine: Some(Affine { factors: [ZERO; 4], base: None, same_trip: false }),
    };
    /// Nothing is known.
    pub const THREAD: Value = Value { class: Class::Thread, affine: None };

    fn constant(v: i64) -> Value {
        Value { class: Class::Block, affine: Some(Affine::uniform(Some(v))) }
    }

    fn of_class(class: Class) -> Value {
        if class == Class::Block { Value::UNIFORM } else { Value { class, affine: None } }
    }

    fn of_affine(a: Affine, class: Class) -> Value {
        let class = if a.is_uniform() { class } else { Class::Thread };
        Value { class, affine: Some(a) }
    }

    /// Two writes to one register: what holds for both.
    fn join(self, o: Value) -> Value {
        let class = self.class.max(o.class);
        let affine = match (self.affine, o.affine) {
            (Some(a), Some(b)) if a.factors == b.factors => Some(Affine {
                base: a.base.filter(|_| a.base == b.base),
                same_trip: a.same_trip || b.same_trip,
                ..a
            }),
            _ => None,
        };
        Value { class, affine }
    }
}

/// The analysis of one body.
#[derive(Clone, Debug)]
pub struct Uniformity {
    values: Vec<Value>,
    control: Vec<Class>,
}

impl Uniformity {
    /// Analyses a body. `is_entry`: parameters are the same for all threads, which those of a `.func` need not be.
    pub fn new(module: &Resolved, body: &Body, cfg: &Cfg, is_entry: bool) -> Uniformity {
        let effects: Vec<_> = body.ops.iter().map(effects).collect();
        let mut writes = vec![0u32; body.regs.len()];
        for e in &effects {
            e.writes.iter().for_each(|r| writes[r.index()] += 1 + u32::from(!e.kills));
        }
        // `None`: not written yet. Registers that are never written hold anything.
        let mut values: Vec<Option<Value>> =
            writes.iter().map(|&n| if n == 0 { Some(Value::THREAD) } else { None }).collect();
        for (_, r) in &body.reg_params {
            values[r.index()] = Some(Value::THREAD);
        }
        let mut readers = vec![Vec::new(); body.regs.len()];
        for (i, e) in effects.iter().enumerate() {
            e.reads.iter().for_each(|r| readers[r.index()].push(i));
        }
        let mut control = Control::new(cfg);
        let mut queue: std::collections::VecDeque<usize> = (0..body.ops.len()).collect();
        let mut queued = vec![true; body.ops.len()];
        while let Some(i) = queue.pop_front() {
            queued[i] = false;
            let op = &body.ops[i];
            let block = cfg.block(OpIx(i as u32)).map_or(0, BlockId::index);
            let reader = Reader { module, values: &values, is_entry };
            let guard = op.guard.map_or(Class::Block, |g| reader.class(&Operand::Reg(g.pred)));
            let mut again = Vec::new();
            if let Some(value) = reader.result(op) {
                for r in &effects[i].writes {
                    let mut new = blur(value, guard);
                    if writes[r.index()] > 1 {
                        new = blur(new, control.classes[block]);
                    }
                    let old = values[r.index()];
                    let joined = old.map_or(new, |o| o.join(new));
                    if old != Some(joined) {
                        values[r.index()] = Some(joined);
                        again.extend_from_slice(&readers[r.index()]);
                    }
                }
            } else if cfg.blocks[block].ops.end as usize == i + 1 {
                let class = match (op.mnemonic, op.operands.first()) {
                    (Mnemonic::Brx, Some(index)) => guard.max(reader.class(index)),
                    _ => guard,
                };
                for raised in control.raise(cfg, block, class) {
                    again.extend(cfg.blocks[raised].ops.clone().map(|o| o as usize));
                }
            }
            for i in again {
                if !std::mem::replace(&mut queued[i], true) {
                    queue.push_back(i);
                }
            }
        }
        let values = values.into_iter().map(|v| v.unwrap_or(Value::THREAD)).collect();
        Uniformity { values, control: control.classes }
    }

    /// What is known of a register.
    pub fn value(&self, r: RegId) -> Value {
        self.values.get(r.index()).copied().unwrap_or(Value::THREAD)
    }

    /// What an address `[base+offset]` is: for loads and stores, the operand in brackets.
    pub fn address(&self, operand: &Operand) -> Option<Value> {
        let Operand::Address(base, offset, _) = operand else { return None };
        let start = match base {
            AddressBase::Reg(r) => self.value(*r),
            AddressBase::Var(_) => Value::UNIFORM,
            AddressBase::None => Value::constant(0),
        };
        let affine = start.affine.map(|a| a.add(Affine::uniform(Some(*offset))));
        Some(Value { affine, ..start })
    }

    /// Under which condition a block runs: [`Class::Block`] when all threads of a block come here together,
    /// [`Class::Warp`] when all lanes of a warp do, [`Class::Thread`] when lanes may be apart.
    pub fn control(&self, b: BlockId) -> Class {
        self.control.get(b.index()).copied().unwrap_or(Class::Thread)
    }
}

/// A write that only some lanes do: the register differs between them, but on one trip of a loop the form stays.
fn blur(v: Value, by: Class) -> Value {
    match by {
        Class::Block => v,
        Class::Warp => Value { class: v.class.max(by), affine: None },
        Class::Thread => {
            Value { class: Class::Thread, affine: v.affine.map(|a| Affine { same_trip: true, ..a }) }
        }
    }
}

/// Under which condition each block runs, growing as branches turn out to be divergent.
struct Control {
    classes: Vec<Class>,
    post: Dominators,
    /// The class of each block's branch so far.
    branches: Vec<Class>,
}

/// Bodies with more blocks than this are not followed branch by branch: all their blocks count as apart.
const MAX_BLOCKS: usize = 1 << 15;

impl Control {
    fn new(cfg: &Cfg) -> Control {
        let blocks = cfg.blocks.len();
        let class = if blocks > MAX_BLOCKS { Class::Thread } else { Class::Block };
        Control { classes: vec![class; blocks], post: post_dominators(cfg), branches: vec![class; blocks] }
    }

    /// The branch at the end of `block` is taken differently within `class`. Returns the blocks that changed: those
    /// between the branch and where its ways meet again.
    fn raise(&mut self, cfg: &Cfg, block: usize, class: Class) -> Vec<usize> {
        let mut changed = Vec::new();
        let b = &cfg.blocks[block];
        if self.branches[block] >= class || b.successors.len() + usize::from(b.leaves) < 2 {
            return changed;
        }
        self.branches[block] = class;
        let meet = self.post.of(BlockId(block as u32));
        for &s in &b.successors {
            let mut at = Some(s);
            while at != meet {
                let Some(here) = at else { break };
                if self.classes[here.index()] < class {
                    self.classes[here.index()] = class;
                    changed.push(here.index());
                }
                at = self.post.of(here);
            }
        }
        changed
    }
}
