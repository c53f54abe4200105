//! Which forms of which instructions the device executes, asked without a program: for the coverage page and for editors.
//!
//! This follows `Lower::operation`: what goes to a table is looked up in that table, the rest is named here. Operands are
//! not looked at, so a form counted here may still be refused for what it is applied to.

use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::Op as PtxOp;
use warplens_ptx::span::Span;

use super::{alu, matrix, memory, texture};
use crate::exec::mem::Target;
use crate::exec::row::Isa;

/// Does the embedded device execute this instruction with these modifiers?
pub fn executes(mnemonic: M, mods: &[Mod]) -> bool {
    let has = |w| mods.contains(&Mod::Word(w));
    let ty = mods.iter().rev().find_map(|m| match m {
        Mod::Type(t) => Some(*t),
        Mod::Word(_) => None,
    });
    let first = mods.iter().find_map(|m| match m {
        Mod::Type(t) => Some(*t),
        Mod::Word(_) => None,
    });
    let in_tables = |mods: &[Mod]| alu::pick(&alu::Shape { mnemonic, mods, isa: Isa::Base }).is_some();
    match mnemonic {
        M::Bra | M::Brx | M::Call | M::Ret | M::Exit | M::Trap | M::Brkpt | M::Bar | M::Barrier => true,
        M::Membar | M::Fence | M::Nanosleep | M::Pmevent | M::Griddepcontrol | M::Setmaxnreg => true,
        M::Shfl | M::Vote | M::Match | M::Redux | M::Activemask | M::Elect => true,
        M::Prefetch | M::Prefetchu | M::Isspacep | M::Discard | M::Applypriority | M::Createpolicy => true,
        M::Mapa | M::Getctarank | M::Mbarrier | M::Selp => true,
        M::Wmma | M::Mma => matrix::executes(mnemonic, mods),
        M::Tex | M::Tld4 | M::Txq | M::Suld | M::Sust | M::Sured | M::Suq => {
            texture::executes(mnemonic, mods)
        }
        M::Cvta => ty.is_some_and(|t| t.bits() == 64),
        M::Ld | M::Ldu | M::St => ty.is_some_and(|t| memory::mem_type(t).is_some()) && !has(W::Async),
        M::Cp => !has(W::Bulk) && !has(W::Reduce),
        M::Atom | M::Red => ty.is_some_and(|ty| {
            let op = PtxOp {
                guard: None,
                mnemonic,
                mods: mods.to_vec(),
                operands: Vec::new(),
                loc: None,
                span: Span::default(),
            };
            memory::atomics::pick(&op, ty, Target::Global).is_some()
        }),
        M::Mov | M::And | M::Or | M::Xor | M::Not if matches!(ty, Some(T::Pred | T::B128)) => true,
        M::Add | M::Sub | M::Mad if has(W::Cc) => true,
        M::Addc | M::Subc | M::Madc => true,
        M::Setp | M::Set => {
            let halved: Vec<Mod> = mods
                .iter()
                .map(|m| match m {
                    Mod::Type(T::F16x2) => Mod::Type(T::F16),
                    Mod::Type(T::Bf16x2) => Mod::Type(T::Bf16),
                    m => *m,
                })
                .collect();
            let packed = |t| matches!(t, Some(T::F16x2 | T::Bf16x2));
            let fits = mnemonic == M::Setp
                || match first {
                    _ if packed(ty) => matches!(first, Some(T::U32 | T::S32 | T::F16x2 | T::Bf16x2)),
                    t => !packed(t),
                };
            let shape = alu::Shape { mnemonic: M::Setp, mods: &halved, isa: Isa::Base };
            fits && alu::pick(&shape).is_some()
        }
        m if m.as_str().starts_with('v') => true,
        _ => in_tables(mods),
    }
}
