//! Opcode class and floating-point operations of an instruction.

use warplens_ptx::isa::{Mnemonic, Mod, ScalarType};
use warplens_ptx::resolve::Op;
use warplens_sim::counts::OpClass;

/// Floating-point operations, by precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flops {
    /// Half and bfloat16.
    pub fp16: u64,
    /// Single.
    pub fp32: u64,
    /// Double.
    pub fp64: u64,
}

fn types(op: &Op) -> impl Iterator<Item = ScalarType> + '_ {
    op.mods.iter().filter_map(|m| if let Mod::Type(t) = m { Some(*t) } else { None })
}

/// What an instruction mainly does.
///
/// Conversions, moves, comparisons and selections are integer work whatever their type; narrower floating point
/// counts with fp32; matrix instructions count by what they accumulate in.
pub fn class_of(op: &Op) -> OpClass {
    use Mnemonic as M;
    match op.mnemonic {
        M::Ld
        | M::Ldu
        | M::St
        | M::Atom
        | M::Red
        | M::Prefetch
        | M::Prefetchu
        | M::Cp
        | M::Ldmatrix
        | M::Stmatrix
        | M::Tex
        | M::Tld4
        | M::Suld
        | M::Sust
        | M::Sured
        | M::Multimem
        | M::Discard
        | M::Applypriority => OpClass::Memory,
        M::Bra
        | M::Brx
        | M::Call
        | M::Ret
        | M::Exit
        | M::Trap
        | M::Brkpt
        | M::Nanosleep
        | M::Pmevent
        | M::Setmaxnreg
        | M::Griddepcontrol => OpClass::Control,
        M::Bar
        | M::Barrier
        | M::Membar
        | M::Fence
        | M::Vote
        | M::Shfl
        | M::Match
        | M::Redux
        | M::Activemask
        | M::Elect
        | M::Mbarrier => OpClass::Sync,
        M::Cvt | M::Cvta | M::Mov | M::Setp | M::Set | M::Selp | M::Slct | M::Testp => OpClass::Integer,
        _ => types(op).find_map(float_class).unwrap_or(OpClass::Integer),
    }
}

fn float_class(ty: ScalarType) -> Option<OpClass> {
    use ScalarType as T;
    match ty {
        T::F64 => Some(OpClass::Fp64),
        T::F16 | T::F16x2 | T::Bf16 | T::Bf16x2 | T::Tf32 | T::F32 | T::F32x2 => Some(OpClass::Fp32),
        _ => None,
    }
}

/// Floating-point operations one thread performs: additions and multiplications count 1, fused ones 2, packed
/// ones for each element. Divisions, roots and other functions count 0, as in Nsight Compute's rooflines, where
/// they show up as the additions and multiplications they are made of. Matrix instructions are not counted yet.
pub fn flops_of(op: &Op) -> Flops {
    use Mnemonic as M;
    use ScalarType as T;
    let each = match op.mnemonic {
        M::Add | M::Sub | M::Mul => 1,
        M::Fma | M::Mad => 2,
        _ => return Flops::default(),
    };
    match types(op).next() {
        Some(T::F64) => Flops { fp64: each, ..Flops::default() },
        Some(T::F32) => Flops { fp32: each, ..Flops::default() },
        Some(T::F32x2) => Flops { fp32: 2 * each, ..Flops::default() },
        Some(T::F16 | T::Bf16) => Flops { fp16: each, ..Flops::default() },
        Some(T::F16x2 | T::Bf16x2) => Flops { fp16: 2 * each, ..Flops::default() },
        _ => Flops::default(),
    }
}
