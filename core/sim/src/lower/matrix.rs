//! Matrix instructions of a warp (PTX ISA 9.7.13): `wmma.load`, `wmma.store`, `wmma.mma`, `mma.sync`.
//!
//! Loads and stores become ordinary accesses of each lane's elements, so they are checked and counted like others: as
//! wide as elements lie together. Sub-byte types, fp8, sparse and block-scaled forms and the quad layout of `mma.m8n8k4`
//! with halves are refused.

use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{Op as PtxOp, Operand};

use super::Lower;
use super::memory::Address;
use super::registers::Width;
use crate::exec::access::{self, MemType};
use crate::exec::ctx::Ref;
use crate::exec::matrix::{self, Element, Part, Shape, list};
use crate::exec::mem::flag;
use crate::exec::row;

const N: Ref = Ref::NONE;

fn has(mods: &[Mod], w: W) -> bool {
    mods.contains(&Mod::Word(w))
}

fn types(mods: &[Mod]) -> Vec<T> {
    mods.iter().filter_map(|m| if let Mod::Type(t) = m { Some(*t) } else { None }).collect()
}

fn element(t: T) -> Option<Element> {
    Some(match t {
        T::F16 => Element::F16,
        T::Bf16 => Element::Bf16,
        T::Tf32 => Element::Tf32,
        T::F32 => Element::F32,
        T::F64 => Element::F64,
        T::U8 => Element::U8,
        T::S8 => Element::S8,
        T::S32 => Element::S32,
        _ => return None,
    })
}

/// `m`, `n` and `k` of a word like `m16n8k16`.
fn size(mods: &[Mod]) -> Option<(u32, u32, u32)> {
    mods.iter().find_map(|m| {
        let text = m.as_str().strip_prefix('m')?;
        let (rows, rest) = text.split_once('n')?;
        let (columns, depth) = rest.split_once('k')?;
        Some((rows.parse().ok()?, columns.parse().ok()?, depth.parse().ok()?))
    })
}

/// The fragment a load or store is about: shape, part, and whether memory is column-major.
fn fragment(mods: &[Mod]) -> Option<(Shape, Part, Element, bool)> {
    let (m, n, k) = size(mods)?;
    let ty = element(types(mods).into_iter().next_back()?)?;
    let part = match () {
        () if has(mods, W::Store) => Part::C,
        () if has(mods, W::A) => Part::A,
        () if has(mods, W::B) => Part::B,
        () => Part::C,
    };
    let columns = has(mods, W::Col);
    let shape = Shape {
        m,
        n,
        k,
        own: true,
        a: ty,
        b: ty,
        c: ty,
        d: ty,
        a_col: columns,
        b_col: columns,
        saturates: false,
    };
    sensible(&shape).then_some((shape, part, ty, columns))
}

/// Whether the device has a size: of `wmma` those whose fragments fill registers, of `mma` those with documented layouts.
fn sensible(s: &Shape) -> bool {
    if s.own {
        return matches!((s.m, s.n, s.k), (16, 16, 16) | (32, 8, 16) | (8, 32, 16) | (16, 16, 8) | (8, 8, 4));
    }
    matches!(
        (s.a, (s.m, s.n, s.k)),
        (Element::F16 | Element::Bf16, (16, 8, 8 | 16))
            | (Element::Tf32, (16, 8, 4 | 8))
            | (Element::F64, (8, 8, 4))
            | (Element::U8 | Element::S8, (8, 8, 16) | (16, 8, 16 | 32))
    )
}

/// The multiplication of `wmma.mma` or `mma.sync`.
fn product(mnemonic: M, mods: &[Mod]) -> Option<Shape> {
    let (m, n, k) = size(mods)?;
    let own = mnemonic == M::Wmma;
    let all: Vec<Element> = types(mods).into_iter().map(element).collect::<Option<_>>()?;
    let (d, a, b, c) = match *all.as_slice() {
        // Halves are not written in `wmma.mma`.
        [d, c] if own => (d, Element::F16, Element::F16, c),
        [d, a, b, c] => (d, a, b, c),
        _ => return None,
    };
    let layouts: Vec<bool> = mods
        .iter()
        .filter_map(|m| match m {
            Mod::Word(W::Row) => Some(false),
            Mod::Word(W::Col) => Some(true),
            _ => None,
        })
        .collect();
    let &[a_col, b_col] = layouts.as_slice() else { return None };
    let saturates = has(mods, W::Satfinite);
    let shape = Shape { m, n, k, own, a, b, c, d, a_col, b_col, saturates };
    let integers = |t| matches!(t, Element::U8 | Element::S8);
    let fits = match d {
        Element::S32 => integers(a) && integers(b) && c == Element::S32,
        Element::F64 => a == Element::F64 && b == Element::F64 && c == Element::F64,
        Element::F16 | Element::F32 => {
            a == b
                && matches!(a, Element::F16 | Element::Bf16 | Element::Tf32)
                && matches!(c, Element::F16 | Element::F32)
        }
        _ => false,
    };
    // Other roundings of doubles, and saturation of halves, are left out.
    let plain = !mods.iter().any(|m| matches!(m, Mod::Word(W::Rz | W::Rm | W::Rp)))
        && (!saturates || d == Element::S32);
    let dense = !mods.iter().any(|m| m.as_str().starts_with("sp") || m.as_str().starts_with("kind"));
    (fits && plain && dense && sensible(&shape)).then_some(shape)
}

/// Whether the device executes a form, operands apart.
pub(super) fn executes(mnemonic: M, mods: &[Mod]) -> bool {
    match mnemonic {
        M::Wmma if has(mods, W::Load) || has(mods, W::Store) => fragment(mods).is_some(),
        M::Wmma | M::Mma => product(mnemonic, mods).is_some(),
        _ => false,
    }
}

impl Lower<'_> {
    /// All matrix instructions.
    pub(super) fn matrix(&mut self, op: &PtxOp) -> Result<(), String> {
        if self.input.warp_size != 32 {
            return Err("matrix instructions need 32-lane warps".into());
        }
        if !executes(op.mnemonic, &op.mods) {
            return Err(self.not_there(op));
        }
        if has(&op.mods, W::Load) || has(&op.mods, W::Store) {
            self.fragment_access(op)
        } else {
            self.product(op)
        }
    }

    fn fragment_rows(&mut self, o: &Operand, ty: Element, store: bool) -> Result<Vec<Ref>, String> {
        let word = if ty == Element::F64 { T::F64 } else { T::B32 };
        let (rows, wide) = self.data_rows(o, word, store)?;
        if wide != (ty == Element::F64) || rows.len() > 8 {
            return Err("the registers do not fit the fragment".into());
        }
        Ok(rows)
    }

    fn product(&mut self, op: &PtxOp) -> Result<(), String> {
        let shape = product(op.mnemonic, &op.mods).ok_or_else(|| self.not_there(op))?;
        let [d, a, b, c] = op.operands.as_slice() else { return Err("four fragments are expected".into()) };
        let mut lists = [[N; 8]; list::COUNT];
        let parts = [
            (list::D, d, shape.d, Part::C, false),
            (list::A, a, shape.a, Part::A, true),
            (list::B, b, shape.b, Part::B, true),
            (list::C, c, shape.c, Part::C, true),
        ];
        for (k, operand, ty, part, source) in parts {
            let rows = self.fragment_rows(operand, ty, source)?;
            let needed = (shape.each(part) * ty.bytes()).div_ceil(ty.bytes().max(4));
            if (rows.len() as u32) < needed {
                return Err("a fragment has too few registers".into());
            }
            lists[k][..rows.len()].copy_from_slice(&rows);
        }
        for (k, bits) in shape.pack().into_iter().enumerate() {
            lists[list::SHAPE][k].off = bits;
        }
        let at = Ref { off: self.code.vectors.len() as u32, ..N };
        self.code.vectors.extend(lists);
        let members = self.pool.value(false, u32::MAX.into());
        let first = lists[list::D][0];
        self.warp_sync(members, matrix::multiply, first, [N, N, at, N])
    }

    /// `p + (major * stride + minor) * size` for each lane's element `e`, as an address of its own.
    fn element_address(
        &mut self,
        p: &Address,
        stride: Ref,
        (shape, part, columns): (&Shape, Part, bool),
        e: u32,
        size: u32,
    ) -> Address {
        let isa = self.input.isa;
        let of = |f: &dyn Fn((u32, u32)) -> u32| {
            std::array::from_fn(|lane| u64::from(f(shape.place(part, lane as u32, e))))
        };
        let major: [u64; 32] = of(&|(r, c)| if columns { c } else { r });
        let minor: [u64; 32] = of(&|(r, c)| (if columns { r } else { c }) * size);
        let (major, minor) = (self.pool.lanes(major.map(|v| v * u64::from(size))), self.pool.lanes(minor));
        let offset = self.frame.add(Width::W64);
        self.emit(row::bin(isa, |a: u64, b: u64| a.wrapping_mul(b)), offset, [stride, major, N, N], 0);
        self.emit(row::bin(isa, |a: u64, b: u64| a.wrapping_add(b)), offset, [offset, minor, N, N], 0);
        let sum = self.frame.add(Width::W64);
        if p.flags & flag::ABSOLUTE != 0 {
            return Address {
                row: offset,
                imm: p.imm,
                flags: p.flags & !flag::ABSOLUTE | flag::WIDE,
                base: N,
            };
        }
        let base = if p.flags & flag::WIDE != 0 {
            p.row
        } else {
            self.emit(row::un(isa, |a: u32| u64::from(a)), sum, [p.row, N, N, N], 0);
            sum
        };
        self.emit(row::bin(isa, |a: u64, b: u64| a.wrapping_add(b)), sum, [base, offset, N, N], 0);
        Address { row: sum, imm: p.imm, flags: p.flags | flag::WIDE, base: N }
    }

    fn fragment_access(&mut self, op: &PtxOp) -> Result<(), String> {
        let (shape, part, ty, columns) = fragment(&op.mods).ok_or_else(|| self.not_there(op))?;
        let store = has(&op.mods, W::Store);
        let (data, address, stride) = match (op.operands.as_slice(), store) {
            ([d, p, rest @ ..], false) | ([p, d, rest @ ..], true) => (d, p, rest.first()),
            _ => return Err("an operand is missing".into()),
        };
        let target = self.target(op, address);
        let p = self.address(address)?;
        let isa = self.input.isa;
        let stride = match stride {
            Some(s) => {
                let narrow = self.source(s, T::U32)?;
                let wide = self.frame.add(Width::W64);
                self.emit(row::un(isa, |a: u32| u64::from(a)), wide, [narrow, N, N, N], 0);
                wide
            }
            None => {
                let (rows, across) = shape.size(part);
                self.pool.value(true, u64::from(if columns { rows } else { across }))
            }
        };
        let rows = self.fragment_rows(data, ty, store)?;
        let (size, each) = (ty.bytes(), shape.each(part));
        // Accumulators are held by rows whatever memory's order is, so columns of them are not together.
        let together = part != Part::C || !columns;
        let place = (&shape, part, columns);
        if !together {
            return self.scattered(&rows, &p, stride, place, ty, (target, store));
        }
        // At most 16 bytes at once, and no more than lie together.
        let run = (16 / size).min(each).min(if ty == Element::F64 { 2 } else { 16 });
        let words = |elements: u32| (elements * size).div_ceil(size.max(4)) as usize;
        let mem = if ty == Element::F64 { MemType::U64 } else { MemType::U32 };
        let wide = ty == Element::F64;
        for first in (0..each).step_by(run as usize) {
            let at = self.element_address(&p, stride, place, first, size);
            let from = words(first);
            let part = rows.get(from..from + words(run)).ok_or("the fragment has too few registers")?;
            let handler = if store {
                access::store(isa, mem, wide, target)
            } else {
                access::load(isa, mem, wide, target)
            };
            self.emit_access(handler, &at, part, 0, None)?;
        }
        if !store {
            // Registers beyond the matrix repeat it.
            let full = words(each).max(1);
            for k in full..rows.len() {
                let copy = if wide { row::un(isa, |a: u64| a) } else { row::un(isa, |a: u32| a) };
                self.emit(copy, rows[k], [rows[k % full], N, N, N], 0);
            }
        }
        Ok(())
    }

    /// Element by element; stores when the last flag is set, else loads.
    fn scattered(
        &mut self,
        rows: &[Ref],
        p: &Address,
        stride: Ref,
        place: (&Shape, Part, bool),
        ty: Element,
        (target, store): (crate::exec::mem::Target, bool),
    ) -> Result<(), String> {
        let isa = self.input.isa;
        let (size, each) = (ty.bytes(), place.0.each(place.1));
        let mem = match size {
            2 => MemType::U16,
            8 => MemType::U64,
            _ => MemType::U32,
        };
        let halves = size == 2;
        for e in 0..each {
            let at = self.element_address(p, stride, place, e, size);
            let register = if halves { e / 2 } else { e } as usize;
            let r = *rows.get(register).ok_or("the fragment has too few registers")?;
            let wide = size == 8;
            if store {
                let from = if halves && e % 2 == 1 {
                    let high = self.frame.add(Width::W32);
                    self.emit(row::un(isa, |a: u32| a >> 16), high, [r, N, N, N], 0);
                    high
                } else {
                    r
                };
                self.emit_access(access::store(isa, mem, wide, target), &at, &[from], 0, None)?;
            } else if halves && e % 2 == 1 {
                let high = self.frame.add(Width::W32);
                self.emit_access(access::load(isa, mem, wide, target), &at, &[high], 0, None)?;
                self.emit(row::bin(isa, |a: u32, b: u32| a | b << 16), r, [r, high, N, N], 0);
            } else {
                self.emit_access(access::load(isa, mem, wide, target), &at, &[r], 0, None)?;
            }
        }
        Ok(())
    }
}
