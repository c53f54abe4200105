//! Names to indices: a function's statements become one flat list of operations over registers,
//! variables, labels and functions.
//!
//! Scopes (`{ }` of inline asm and call sequences) are gone here: each declaration got its own
//! index. This is what the embedded device lowers and what the analyses read.
//!
//! # Shape of a call
//!
//! `call` always has exactly four operands, whatever was written:
//!
//! 0. [`Operand::List`] of the return values (empty when none),
//! 1. the target: [`Operand::Func`], or [`Operand::Reg`] for an indirect call,
//! 2. [`Operand::List`] of the arguments (empty when none),
//! 3. [`Operand::Prototype`] or [`Operand::CallTargets`] of an indirect call, else [`Operand::Sink`].
//!
//! Elements of the lists are [`Operand::VarAddress`] with offset 0 (variables of space `.param`),
//! [`Operand::Reg`], [`Operand::Imm`] or [`Operand::Sink`].
//!
//! # What is left out
//!
//! Statements that could not be read or whose names are unknown were reported; their spans stand in
//! [`Body::broken`] and a body with any is not fit to run. Only registers that are used get a [`RegId`].

mod lines;
mod names;
mod operands;

pub use lines::Frame;
pub use names::resolve;

use crate::ast::{Imm, Selector, Symbol};
use crate::isa::{Mnemonic, Mod, ScalarType, SpecialReg};
use crate::span::Span;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(pub u32);
        impl $name {
            /// As an array index.
            pub fn index(self) -> usize { self.0 as usize }
        }
    };
}
index!(
    /// A register of one body.
    RegId
);
index!(
    /// A variable: of the module, or declared inside a body (each body's come after the module's).
    VarId
);
index!(
    /// A function of the module (declarations and definitions of one name share an id).
    FuncId
);
index!(
    /// A position in the body's operation list; labels resolve to these.
    OpIx
);

/// A register.
#[derive(Clone, Debug, PartialEq)]
pub struct Reg {
    /// Full name as written at uses (`%r12`).
    pub name: Symbol,
    /// Type.
    pub ty: ScalarType,
    /// 1, or 2/4 for vector registers (`.reg .v4 .f32 v`).
    pub vector: u8,
}

/// A variable with its layout facts. Addresses are the linker's or the device's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Var {
    /// Name.
    pub name: Symbol,
    /// The declaration, spans included.
    pub decl: crate::ast::Variable,
    /// Bytes; 0 for `[]`.
    pub size: u64,
    /// Alignment in bytes.
    pub align: u32,
    /// The function whose body or head declares it.
    pub owner: Option<FuncId>,
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    /// Name.
    pub name: Symbol,
    /// `.entry`?
    pub is_entry: bool,
    /// Index of the defining (else declaring) item in `Module::items`.
    pub item: usize,
    /// Return parameters, as variables of space `.param` or registers' variables.
    pub returns: Vec<VarId>,
    /// Parameters.
    pub params: Vec<VarId>,
    /// The body, when defined.
    pub body: Option<Body>,
    /// Set when this name is an `.alias` of another function.
    pub alias_of: Option<FuncId>,
}

/// A flattened body.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Body {
    /// Registers.
    pub regs: Vec<Reg>,
    /// Operations in order.
    pub ops: Vec<Op>,
    /// Labels and where they point (one past the end is legal).
    pub labels: Vec<(Symbol, OpIx)>,
    /// `.branchtargets` lists.
    pub branch_targets: Vec<Vec<OpIx>>,
    /// `.callprototype`s.
    pub prototypes: Vec<Prototype>,
    /// Parameters and return values of the function that live in registers (`.func (.reg .u32 r) f`).
    pub reg_params: Vec<(VarId, RegId)>,
    /// Statements that were dropped because they could not be read or resolved; each was reported.
    pub broken: Vec<Span>,
}

/// Shape of an indirect call.
#[derive(Clone, Debug, PartialEq)]
pub struct Prototype {
    /// Size and alignment in bytes of each return value.
    pub returns: Vec<(u64, u32)>,
    /// Size and alignment in bytes of each parameter.
    pub params: Vec<(u64, u32)>,
    /// `.noreturn`
    pub noreturn: bool,
}

/// Guard predicate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guard {
    /// Register of type `.pred`.
    pub pred: RegId,
    /// `@!p`
    pub negated: bool,
}

/// Source position of an operation: the `.loc` in force, if its line is not 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    /// Guard.
    pub guard: Option<Guard>,
    /// Mnemonic.
    pub mnemonic: Mnemonic,
    /// Modifiers in order.
    pub mods: Vec<Mod>,
    /// Operands.
    pub operands: Vec<Operand>,
    /// Index into [`Resolved::locs`].
    pub loc: Option<u32>,
    /// Where in the PTX.
    pub span: Span,
}

/// A resolved operand.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Register (vector registers: all of it).
    Reg(RegId),
    /// Component of a vector register.
    RegComponent(RegId, u8),
    /// Bytes or halves of a register, in video instructions.
    RegSelected(RegId, Selector),
    /// `!p`
    NotReg(RegId),
    /// `-a` of `vmad`.
    NegReg(RegId),
    /// Special register with component (0 when it has none).
    Special(SpecialReg, u8),
    /// Literal.
    Imm(Imm),
    /// `_`
    Sink,
    /// `{...}`
    Vector(Vec<Operand>),
    /// `[...]`
    Address(AddressBase, i64, Vec<Operand>),
    /// Address of a variable plus bytes, outside brackets.
    VarAddress(VarId, i64),
    /// Code label.
    Label(OpIx),
    /// Index into [`Body::branch_targets`].
    BranchTargets(u32),
    /// Function, as call target or address.
    Func(FuncId),
    /// Index into [`Body::prototypes`].
    Prototype(u32),
    /// `.calltargets` list: the candidates.
    CallTargets(Vec<FuncId>),
    /// `d|p`
    Pair(Box<Operand>, Box<Operand>),
    /// `( ... )` of call: variables (`.param`) or registers.
    List(Vec<Operand>),
}

/// What a memory address starts from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AddressBase {
    /// Register.
    Reg(RegId),
    /// Variable.
    Var(VarId),
    /// Absolute.
    None,
}

/// One distinct source position, innermost frame first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceLoc {
    /// `.file` index.
    pub file: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// Function inlined here (mangled or plain name from `.debug_str`), when known.
    pub function: Option<String>,
    /// Index in [`Resolved::locs`] of the call site this was inlined at.
    pub inlined_at: Option<u32>,
}

/// A module with every name resolved.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// Variables: the module's first, then each function's.
    pub vars: Vec<Var>,
    /// Functions, declarations and definitions merged.
    pub funcs: Vec<Func>,
    /// Distinct source positions.
    pub locs: Vec<SourceLoc>,
    /// `.file` table: index and path, escapes undone.
    pub files: Vec<(u32, String)>,
    /// Module-scope names, for initialisers and debug data.
    pub symbols: std::collections::HashMap<Symbol, GlobalRef>,
}

/// What a module-scope name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalRef {
    /// A variable.
    Var(VarId),
    /// A function.
    Func(FuncId),
}
