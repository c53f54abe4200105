//! Texture and surface instructions (PTX ISA 9.7.9, 9.7.10), through objects whose handle is in a 64-bit register.
//!
//! Texture references by name, separate samplers, multisampling, texel offsets and depth comparison are refused.

use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{AddressBase, Op as PtxOp, Operand};

use super::Lower;
use super::registers::Width;
use crate::exec::access::Word;
use crate::exec::ctx::{Handler, Ref, Region};
use crate::exec::texture::{self, Geometry, Query, fetch_bits, row, surface_bits};

fn has(mods: &[Mod], w: W) -> bool {
    mods.contains(&Mod::Word(w))
}

fn types(mods: &[Mod]) -> impl DoubleEndedIterator<Item = T> + '_ {
    mods.iter().filter_map(|m| match m {
        Mod::Type(t) => Some(*t),
        Mod::Word(_) => None,
    })
}

fn geometry(mods: &[Mod]) -> Option<Geometry> {
    mods.iter().find_map(|m| match m {
        Mod::Word(W::D1) => Some(Geometry::One),
        Mod::Word(W::D2) => Some(Geometry::Two),
        Mod::Word(W::D3) => Some(Geometry::Three),
        Mod::Word(W::A1d) => Some(Geometry::OneLayered),
        Mod::Word(W::A2d) => Some(Geometry::TwoLayered),
        Mod::Word(W::Cube) => Some(Geometry::Cube),
        Mod::Word(W::Acube) => Some(Geometry::CubeLayered),
        _ => None,
    })
}

fn question(mods: &[Mod]) -> Option<Query> {
    mods.iter().find_map(|m| match m {
        Mod::Word(W::Width) => Some(Query::Width),
        Mod::Word(W::Height) => Some(Query::Height),
        Mod::Word(W::Depth) => Some(Query::Depth),
        Mod::Word(W::ArraySize) => Some(Query::Layers),
        Mod::Word(W::NumMipmapLevels) => Some(Query::Levels),
        Mod::Word(W::NumSamples) => Some(Query::Samples),
        Mod::Word(W::NormalizedCoords) => Some(Query::Normalized),
        _ => None,
    })
}

/// `sured`'s operation for a type.
fn reduction(mods: &[Mod], ty: T) -> Option<Handler> {
    fn of<T: Word, F: Fn(T, T) -> T + Copy>(_: F) -> Handler {
        texture::surface_reduce::<T, F>
    }
    let is = |w| has(mods, w);
    Some(match ty {
        T::U32 | T::S32 | T::B32 if is(W::Add) => of(|a: u32, b: u32| a.wrapping_add(b)),
        T::U64 | T::S64 | T::B64 if is(W::Add) => of(|a: u64, b: u64| a.wrapping_add(b)),
        T::U32 if is(W::Min) => of(|a: u32, b: u32| a.min(b)),
        T::U32 if is(W::Max) => of(|a: u32, b: u32| a.max(b)),
        T::S32 if is(W::Min) => of(|a: i32, b: i32| a.min(b)),
        T::S32 if is(W::Max) => of(|a: i32, b: i32| a.max(b)),
        T::U64 if is(W::Min) => of(|a: u64, b: u64| a.min(b)),
        T::U64 if is(W::Max) => of(|a: u64, b: u64| a.max(b)),
        T::S64 if is(W::Min) => of(|a: i64, b: i64| a.min(b)),
        T::S64 if is(W::Max) => of(|a: i64, b: i64| a.max(b)),
        T::B32 if is(W::And) => of(|a: u32, b: u32| a & b),
        T::B32 if is(W::Or) => of(|a: u32, b: u32| a | b),
        T::B64 if is(W::And) => of(|a: u64, b: u64| a & b),
        T::B64 if is(W::Or) => of(|a: u64, b: u64| a | b),
        _ => return None,
    })
}

/// Whether the device executes a form, operands apart.
pub(super) fn executes(mnemonic: M, mods: &[Mod]) -> bool {
    let typed = |n: usize, fits: &[T]| types(mods).nth(n).is_some_and(|t| fits.contains(&t));
    match mnemonic {
        M::Tex => {
            let cube = matches!(geometry(mods), Some(Geometry::Cube | Geometry::CubeLayered));
            geometry(mods).is_some()
                && typed(0, &[T::U32, T::S32, T::F32, T::F16])
                && typed(1, if cube { &[T::F32] } else { &[T::F32, T::S32] })
        }
        M::Tld4 => geometry(mods).is_some(),
        M::Txq | M::Suq => question(mods).is_some(),
        M::Suld | M::Sust => geometry(mods).is_some(),
        M::Sured => {
            geometry(mods).is_some()
                && !has(mods, W::P)
                && types(mods).next_back().is_some_and(|t| reduction(mods, t).is_some())
        }
        _ => false,
    }
}

const N: Ref = Ref::NONE;

impl Lower<'_> {
    /// All instructions about textures and surfaces.
    pub(super) fn texture(&mut self, op: &PtxOp) -> Result<(), String> {
        if !executes(op.mnemonic, &op.mods) {
            return Err(self.not_there(op));
        }
        match op.mnemonic {
            M::Tex | M::Tld4 => self.texture_fetch(op),
            M::Txq | M::Suq => self.texture_query(op),
            _ => self.surface_access(op),
        }
    }

    /// Handle and coordinate rows of `[a, c]`.
    fn object_address(&mut self, o: &Operand, coordinates: T) -> Result<(Ref, Vec<Ref>), String> {
        let Operand::Address(base, offset, extra) = o else {
            return Err("an object and coordinates are expected".into());
        };
        let handle = self.object_handle(base, *offset)?;
        let items = match extra.as_slice() {
            [Operand::Vector(items)] => items.clone(),
            [one] => vec![one.clone()],
            [] => Vec::new(),
            _ => return Err("separate samplers are not supported; use a texture object".into()),
        };
        let mut rows = Vec::new();
        for (k, item) in items.iter().take(4).enumerate() {
            // The layer is an integer whatever the coordinates are; both take 32 bits.
            let ty = if k == 0 { T::B32 } else { coordinates };
            rows.push(if matches!(item, Operand::Sink) {
                self.pool.value(false, 0)
            } else {
                self.source(item, ty)?
            });
        }
        Ok((handle, rows))
    }

    fn object_handle(&mut self, base: &AddressBase, offset: i64) -> Result<Ref, String> {
        match base {
            AddressBase::Reg(r) => match self.register_row(*r) {
                (row, Width::W64) if offset == 0 => Ok(row),
                _ => Err("an object handle must be a 64-bit register".into()),
            },
            _ => Err(
                "texture and surface references by name are not supported (CUDA 12 removed them); pass a \
                      texture or surface object to the kernel"
                    .into(),
            ),
        }
    }

    /// Three lists of rows, and the operation that uses them.
    fn emit_lists(&mut self, run: Handler, lists: [[Ref; 8]; 3], imm: u64) {
        let at = self.code.vectors.len() as u32;
        self.code.vectors.extend(lists);
        let c = Ref { off: at, ..N };
        let d = Ref { off: self.site(), aux: 0, region: Region::Const };
        self.emit(run, N, [N, N, c, d], imm);
    }

    fn texture_fetch(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, address, rest @ ..] = op.operands.as_slice() else {
            return Err("an operand is missing".into());
        };
        let geometry = geometry(&op.mods).ok_or_else(|| self.not_there(op))?;
        let result = types(&op.mods).next().unwrap_or(T::F32);
        let index = types(&op.mods).nth(1) == Some(T::S32);
        let (handle, at) = self.object_address(address, if index { T::S32 } else { T::F32 })?;
        if at.len() < geometry.dimensions() + usize::from(geometry.layered()) {
            return Err("there are fewer coordinates than the geometry has".into());
        }
        let (dst, resident) = match dst {
            Operand::Pair(d, p) => (&**d, Some(&**p)),
            d => (d, None),
        };
        let (rows, wide) = self.data_rows(dst, if result == T::F16 { T::B16 } else { T::B32 }, false)?;
        if wide || rows.len() != 4 {
            return Err("a fetch gives four 32-bit values".into());
        }
        let mut first = [N; 8];
        first[..4].copy_from_slice(&rows);
        first[row::HANDLE] = handle;
        if let Some(Operand::Reg(p)) = resident {
            first[row::RESIDENT] = self.pred_of(*p);
        }
        let (mut second, mut third) = ([N; 8], [N; 8]);
        second[..at.len()].copy_from_slice(&at);
        let mut imm = geometry as u64;
        if index {
            imm |= fetch_bits::INDEX;
        }
        if result == T::F16 {
            imm |= fetch_bits::HALF;
        }
        let taken = match () {
            () if op.mnemonic == M::Tld4 => {
                let channel = [W::R, W::G, W::B, W::A].iter().position(|w| has(&op.mods, *w)).unwrap_or(0);
                imm |= fetch_bits::GATHER | (channel as u64) << fetch_bits::CHANNEL;
                0
            }
            () if has(&op.mods, W::Level) => {
                let level = rest.first().ok_or("the level is missing")?;
                second[row::LEVEL] = self.source(level, T::F32)?;
                imm |= fetch_bits::LEVEL;
                1
            }
            () if has(&op.mods, W::Grad) => {
                let [x, y, ..] = rest else { return Err("two gradients are expected".into()) };
                for (k, g) in [x, y].into_iter().enumerate() {
                    let items = match g {
                        Operand::Vector(items) => items.as_slice(),
                        one => std::slice::from_ref(one),
                    };
                    for (i, item) in items.iter().take(3).enumerate() {
                        third[3 * k + i] = self.source(item, T::F32)?;
                    }
                }
                imm |= fetch_bits::GRADIENTS;
                2
            }
            () => 0,
        };
        if rest.len() > taken {
            return Err("texel offsets and depth comparison are not supported".into());
        }
        self.emit_lists(texture::fetch, [first, second, third], imm);
        Ok(())
    }

    fn texture_query(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, Operand::Address(base, offset, _), rest @ ..] = op.operands.as_slice() else {
            return Err("a register and an object are expected".into());
        };
        let what = question(&op.mods).ok_or_else(|| self.not_there(op))?;
        let a = self.object_handle(base, *offset)?;
        let b = match rest.first() {
            Some(level) => self.source(level, T::B32)?,
            None => N,
        };
        let run: Handler =
            if op.mnemonic == M::Suq { texture::query::<true> } else { texture::query::<false> };
        self.with_destination(dst, T::B32, |l, d| {
            l.emit(run, d, [a, b, N, N], what as u64);
            Ok(())
        })
    }

    fn surface_access(&mut self, op: &PtxOp) -> Result<(), String> {
        let load = op.mnemonic == M::Suld;
        let (data, address) = match (op.operands.as_slice(), load) {
            ([d, a], true) | ([a, d], false) => (d, a),
            _ => return Err("an operand is missing".into()),
        };
        let geometry = geometry(&op.mods).ok_or_else(|| self.not_there(op))?;
        let ty = types(&op.mods).next_back().unwrap_or(T::B32);
        let (handle, at) = self.object_address(address, T::B32)?;
        if at.len() < geometry.dimensions() + usize::from(geometry.layered()) {
            return Err("there are fewer coordinates than the geometry has".into());
        }
        let (rows, wide) = self.data_rows(data, ty, !load)?;
        if wide != (ty.bits() == 64) || rows.len() > 4 || rows.len() as u32 * ty.bytes() > 16 {
            return Err("the registers do not fit the type".into());
        }
        let (mut first, mut second) = ([N; 8], [N; 8]);
        first[..rows.len()].copy_from_slice(&rows);
        first[row::HANDLE] = handle;
        second[..at.len()].copy_from_slice(&at);
        let outside = match () {
            () if has(&op.mods, W::Clamp) => 1u64,
            () if has(&op.mods, W::Zero) => 2,
            () => 0,
        };
        let mut imm = geometry as u64
            | outside << surface_bits::OUTSIDE
            | u64::from(ty.bytes().trailing_zeros()) << surface_bits::SIZE
            | (rows.len() as u64) << surface_bits::COUNT;
        if has(&op.mods, W::P) {
            imm |= surface_bits::FORMATTED;
        }
        let run = match op.mnemonic {
            M::Suld => texture::surface_load,
            M::Sust => texture::surface_store,
            _ => reduction(&op.mods, ty).ok_or_else(|| self.not_there(op))?,
        };
        self.emit_lists(run, [first, second, [N; 8]], imm);
        Ok(())
    }
}
