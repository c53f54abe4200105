//! Video instructions, scalar (`vadd` … `vmad`, `vset`) and SIMD (`vadd2` … `vset4`): what they compute is
//! `arith::int::video` and `video_simd`. Selectors, signs and operators travel in the immediate, so that one handler serves
//! each of the three shapes; these instructions are rare.

use warplens_ptx::ast::Selector;
use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{Op as PtxOp, Operand};

use super::Lower;
use super::alu::{Shape, operator};
use crate::arith::int::video::{self, Part, Second, Video, VideoMad};
use crate::arith::int::video_simd::{self, Simd};
use crate::arith::set::Cmp;
use crate::exec::ctx::Ref;
use crate::exec::row;

const PARTS: [Part; 8] = [Part::Word, Part::B0, Part::B1, Part::B2, Part::B3, Part::H0, Part::H1, Part::Word];

fn part_at(i: u64) -> Part {
    PARTS[(i & 7) as usize]
}

/// Number of a one-digit selector in [`PARTS`].
fn part_code(s: &Selector) -> Option<u64> {
    match (s.half, s.len, s.digits[0]) {
        (false, 1, n @ 0..=3) => Some(1 + n as u64),
        (true, 1, n @ 0..=1) => Some(5 + n as u64),
        _ => None,
    }
}

#[inline(always)]
fn cmp_at(i: u64) -> Cmp {
    Cmp::ALL[(i & 15) as usize % Cmp::ALL.len()]
}

#[inline(always)]
fn scalar_op(i: u64) -> video::Op {
    use video::Op;
    match i & 15 {
        0 => Op::Add,
        1 => Op::Sub,
        2 => Op::AbsDiff,
        3 => Op::Min,
        4 => Op::Max,
        5 => Op::ShlClamp,
        6 => Op::ShlWrap,
        7 => Op::ShrClamp,
        8 => Op::ShrWrap,
        _ => Op::Set(cmp_at(i >> 4)),
    }
}

fn operand_at(i: u64) -> video::Operand {
    video::Operand { part: part_at(i), signed: i & 8 != 0 }
}

/// Bits: operator 0-3, comparison 4-7, operands 8-11 and 12-15, `.sat` 16, signed result 17, use of `c` 18-20, part 21-23.
fn run_scalar(a: u32, b: u32, c: u32, i: u64) -> u32 {
    let second = match i >> 18 & 7 {
        0 => Second::None,
        1 => Second::Add,
        2 => Second::Min,
        3 => Second::Max,
        _ => Second::Merge(part_at(i >> 21)),
    };
    let v = Video {
        op: scalar_op(i),
        signed: i >> 17 & 1 != 0,
        a: operand_at(i >> 8),
        b: operand_at(i >> 12),
        sat: i >> 16 & 1 != 0,
        second,
    };
    video::video(v, a, b, c)
}

/// Bits: operands 0-3 and 4-7, negated product 8, negated `c` 9, `.po` 10, scale 11-12, `.sat` 13.
fn run_mad(a: u32, b: u32, c: u32, i: u64) -> u32 {
    let m = VideoMad {
        a: operand_at(i),
        b: operand_at(i >> 4),
        negate_product: i >> 8 & 1 != 0,
        negate_c: i >> 9 & 1 != 0,
        plus_one: i >> 10 & 1 != 0,
        scale: [0, 7, 15, 0][(i >> 11 & 3) as usize],
        sat: i >> 13 & 1 != 0,
    };
    video::vmad(m, a, b, c)
}

/// Bits: operator 0-3, comparison 4-7, signs of result and operands 8-10, `.sat` 11, `.add` 12, mask 13-16, selections of
/// three bits a lane 17-28 and 29-40.
#[inline(always)]
fn simd_at(i: u64) -> Simd {
    use video_simd::Op;
    let op = match i & 15 {
        0 => Op::Add,
        1 => Op::Sub,
        2 => Op::AbsDiff,
        3 => Op::Min,
        4 => Op::Max,
        5 => Op::Avrg,
        _ => Op::Set(cmp_at(i >> 4)),
    };
    let select = |at: u32| std::array::from_fn(|lane| (i >> (at + 3 * lane as u32) & 7) as u8);
    Simd {
        op,
        signed: i >> 8 & 1 != 0,
        a_signed: i >> 9 & 1 != 0,
        b_signed: i >> 10 & 1 != 0,
        a_select: select(17),
        b_select: select(29),
        mask: (i >> 13 & 15) as u8,
        sat: i >> 11 & 1 != 0,
        accumulate: i >> 12 & 1 != 0,
    }
}

/// What a video instruction is.
enum Kind {
    Scalar(u64),
    Mad,
    /// Operator and lanes.
    Simd(u64, usize),
}

fn kind(op: &PtxOp) -> Option<Kind> {
    let wrap = op.mods.contains(&Mod::Word(W::Wrap)) as u64;
    Some(match op.mnemonic {
        M::Vadd => Kind::Scalar(0),
        M::Vsub => Kind::Scalar(1),
        M::Vabsdiff => Kind::Scalar(2),
        M::Vmin => Kind::Scalar(3),
        M::Vmax => Kind::Scalar(4),
        M::Vshl => Kind::Scalar(5 + wrap),
        M::Vshr => Kind::Scalar(7 + wrap),
        M::Vset => Kind::Scalar(9),
        M::Vmad => Kind::Mad,
        M::Vadd2 => Kind::Simd(0, 2),
        M::Vsub2 => Kind::Simd(1, 2),
        M::Vabsdiff2 => Kind::Simd(2, 2),
        M::Vmin2 => Kind::Simd(3, 2),
        M::Vmax2 => Kind::Simd(4, 2),
        M::Vavrg2 => Kind::Simd(5, 2),
        M::Vset2 => Kind::Simd(6, 2),
        M::Vadd4 => Kind::Simd(0, 4),
        M::Vsub4 => Kind::Simd(1, 4),
        M::Vabsdiff4 => Kind::Simd(2, 4),
        M::Vmin4 => Kind::Simd(3, 4),
        M::Vmax4 => Kind::Simd(4, 4),
        M::Vavrg4 => Kind::Simd(5, 4),
        M::Vset4 => Kind::Simd(6, 4),
        _ => return None,
    })
}

impl Lower<'_> {
    /// One video instruction.
    pub(super) fn video(&mut self, op: &PtxOp) -> Result<(), String> {
        let has = |w| op.mods.contains(&Mod::Word(w));
        let kind = kind(op).ok_or_else(|| self.not_there(op))?;
        let types: Vec<bool> = op
            .mods
            .iter()
            .filter_map(|m| match m {
                Mod::Type(t) => Some(*t == T::S32),
                Mod::Word(_) => None,
            })
            .collect();
        // `vset` names no type of its result.
        let (signed, a_signed, b_signed) = match *types.as_slice() {
            [a, b] => (false, a, b),
            [d, a, b, ..] => (d, a, b),
            _ => return Err("the instruction needs the types of its operands".into()),
        };
        let [dst, a, b, rest @ ..] = op.operands.as_slice() else {
            return Err("an operand is missing".into());
        };
        let (dst, target) = match dst {
            Operand::RegSelected(r, s) => (Operand::Reg(*r), Some(*s)),
            o => (o.clone(), None),
        };
        let ((a, a_sel, a_neg), (b, b_sel, b_neg)) = (self.video_source(a)?, self.video_source(b)?);
        let (c, c_neg) = match rest.first() {
            Some(o) => {
                let (row, select, negated) = self.video_source(o)?;
                if select.is_some() {
                    return Err("the third source is a whole register".into());
                }
                (row, negated)
            }
            None => (self.pool.value(false, 0), false),
        };
        let cmp = {
            let shape = Shape { mnemonic: op.mnemonic, mods: &op.mods, isa: self.input.isa };
            operator(&shape).unwrap_or(Cmp::Eq) as u64
        };
        let bad = || "this selection of bytes or halves is not possible here".to_owned();
        let part = |s: &Option<Selector>| s.as_ref().map_or(Some(0), part_code).ok_or_else(bad);
        let isa = self.input.isa;
        let (run, imm) = match kind {
            Kind::Scalar(code) => {
                let merge = target.as_ref().map(|s| part_code(s).ok_or_else(bad)).transpose()?;
                let second = match () {
                    () if merge.is_some() => 4,
                    () if has(W::Add) => 1,
                    () if has(W::Min) => 2,
                    () if has(W::Max) => 3,
                    () => 0,
                };
                let imm = code
                    | cmp << 4
                    | (part(&a_sel)? | (a_signed as u64) << 3) << 8
                    | (part(&b_sel)? | (b_signed as u64) << 3) << 12
                    | (has(W::Sat) as u64) << 16
                    | (signed as u64) << 17
                    | second << 18
                    | merge.unwrap_or(0) << 21;
                (row::ter_imm(isa, run_scalar), imm)
            }
            Kind::Mad => {
                let imm = part(&a_sel)?
                    | (a_signed as u64) << 3
                    | (part(&b_sel)? | (b_signed as u64) << 3) << 4
                    | ((a_neg != b_neg) as u64) << 8
                    | (c_neg as u64) << 9
                    | (has(W::Po) as u64) << 10
                    | (has(W::Shr7) as u64) << 11
                    | (has(W::Shr15) as u64) << 12
                    | (has(W::Sat) as u64) << 13;
                (row::ter_imm(isa, run_mad), imm)
            }
            Kind::Simd(code, lanes) => {
                let select = |s: &Option<Selector>, first: u64| -> Result<u64, String> {
                    let Some(s) = s else {
                        return Ok((0..lanes as u64).map(|l| (first + l) << (3 * l)).sum());
                    };
                    if s.len as usize != lanes || s.half != (lanes == 2) {
                        return Err(bad());
                    }
                    // The highest lane is written first.
                    let digit = |l: usize| (s.digits[lanes - 1 - l] as u64 & 7) << (3 * l);
                    Ok((0..lanes).map(digit).sum())
                };
                let mask = match &target {
                    None => (1 << lanes) - 1,
                    Some(s) => {
                        let digits = s.digits.iter().take(s.len as usize);
                        digits.fold(0u64, |m, d| m | 1 << (d & 7)) & ((1 << lanes) - 1)
                    }
                };
                let imm = code
                    | cmp << 4
                    | (signed as u64) << 8
                    | (a_signed as u64) << 9
                    | (b_signed as u64) << 10
                    | (has(W::Sat) as u64) << 11
                    | (has(W::Add) as u64) << 12
                    | mask << 13
                    | select(&a_sel, 0)? << 17
                    | select(&b_sel, lanes as u64)? << 29;
                let run = match lanes {
                    2 => row::ter_imm(isa, |a: u32, b: u32, c: u32, i: u64| {
                        video_simd::simd2(simd_at(i), a, b, c)
                    }),
                    _ => row::ter_imm(isa, |a: u32, b: u32, c: u32, i: u64| {
                        video_simd::simd4(simd_at(i), a, b, c)
                    }),
                };
                (run, imm)
            }
        };
        if (a_neg || b_neg || c_neg) && !matches!(op.mnemonic, M::Vmad) {
            return Err("only `vmad` takes negated operands".into());
        }
        self.with_destination(&dst, T::U32, |l, d| {
            l.emit(run, d, [a, b, c, Ref::NONE], imm);
            Ok(())
        })
    }

    /// A source: row, selection, negated.
    fn video_source(&mut self, o: &Operand) -> Result<(Ref, Option<Selector>, bool), String> {
        Ok(match o {
            Operand::RegSelected(r, s) => (self.source(&Operand::Reg(*r), T::U32)?, Some(*s), false),
            Operand::NegReg(r) => (self.source(&Operand::Reg(*r), T::U32)?, None, true),
            o => (self.source(o, T::U32)?, None, false),
        })
    }
}
