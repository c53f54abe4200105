//! The module as written: one value per directive and statement, each with its span.
//!
//! Names are interned ([`Symbol`]); nothing is resolved here. `resolve` turns a function's
//! statements into indices. Equality of modules ignores nothing: the printer's round trip compares
//! after [`normalise`].

mod walk;

pub use walk::{Visitor, normalise, walk};

use crate::isa::{Mnemonic, Mod, ScalarType};
use crate::span::Span;

/// An interned name; compare freely within one module, look up with [`Names::get`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

/// The interner of one module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    texts: Vec<Box<str>>,
    index: std::collections::HashMap<Box<str>, Symbol>,
}

impl Names {
    /// Interns `text`.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&s) = self.index.get(text) {
            return s;
        }
        let s = Symbol(self.texts.len() as u32);
        self.texts.push(text.into());
        self.index.insert(text.into(), s);
        s
    }

    /// The text of a symbol of this module.
    pub fn get(&self, s: Symbol) -> &str {
        self.texts.get(s.0 as usize).map_or("", |t| t)
    }

    /// The symbol of a text that occurs in the module.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.index.get(text).copied()
    }
}

/// A parsed PTX file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// All names of the module.
    pub names: Names,
    /// `.version major.minor`.
    pub version: (u32, u32),
    /// `.target` words: architecture first, then options such as `debug` or `texmode_independent`.
    pub target: Vec<Symbol>,
    /// `.address_size`, 32 or 64 (64 when absent).
    pub address_size: u8,
    /// Directives in order.
    pub items: Vec<Item>,
}

/// One top-level directive.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A module-scope variable.
    Variable(Variable),
    /// `.entry` or `.func`, declared or defined.
    Function(Function),
    /// `.file index "path"[, mtime, size]`.
    File(File),
    /// `.section name { ... }`, DWARF as data directives.
    Section(Section),
    /// `.alias alias, aliasee;`
    Alias {
        /// The new name.
        alias: Symbol,
        /// The function it stands for.
        aliasee: Symbol,
        /// Where.
        span: Span,
    },
    /// `.pragma "text", ...;`
    Pragma(Vec<String>, Span),
}

/// Linking directives, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Linkage {
    /// None written: private to the module.
    #[default]
    Local,
    /// `.extern`
    Extern,
    /// `.visible`
    Visible,
    /// `.weak`
    Weak,
    /// `.common`
    Common,
}

/// State spaces (PTX ISA, section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateSpace {
    /// `.reg`
    Reg,
    /// `.sreg`
    Sreg,
    /// `.const`
    Const,
    /// `.global`
    Global,
    /// `.local`
    Local,
    /// `.param`
    Param,
    /// `.shared`
    Shared,
    /// `.tex` (deprecated)
    Tex,
}

/// A variable, parameter or register declaration (PTX ISA, section 5.4).
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Linking directive.
    pub linkage: Linkage,
    /// State space.
    pub space: StateSpace,
    /// `.const[bank]` of old PTX.
    pub bank: Option<u32>,
    /// `.attribute(.managed)`.
    pub managed: bool,
    /// Other words of `.attribute(...)`, as written: `.unified(1,2)`.
    pub attributes: Vec<String>,
    /// `.align`, bytes, when written.
    pub align: Option<u32>,
    /// Element type.
    pub ty: ScalarType,
    /// Vector width: 1, 2, 4 or 8.
    pub vector: u8,
    /// For kernel parameters: `.ptr{.space}{.align N}`.
    pub ptr: Option<ParamPtr>,
    /// The name; for `%r<10>` the part before `<`.
    pub name: Symbol,
    /// `<count>` of a parameterised register declaration: declares `name0 .. name(count-1)`.
    pub range: Option<u32>,
    /// Array dimensions; `None` for `[]`.
    pub dims: Vec<Option<u64>>,
    /// Initialiser.
    pub init: Option<Init>,
    /// The whole declaration.
    pub span: Span,
    /// The name.
    pub name_span: Span,
}

/// `.ptr` attribute of a kernel parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamPtr {
    /// `.const`, `.global`, `.local`, `.shared`; none means generic.
    pub space: Option<StateSpace>,
    /// Alignment of what is pointed at, bytes.
    pub align: Option<u32>,
}

/// Initialiser of a module-scope variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Init {
    /// A number.
    Value(Imm),
    /// `{ ... }`
    List(Vec<Init>),
    /// Address of a variable or function: `sym+off`, `generic(sym)+off`, with `mask(0xff..)(...)`.
    Address {
        /// Variable or function.
        symbol: Symbol,
        /// Bytes added.
        offset: i64,
        /// Wrapped in `generic( )`.
        generic: bool,
        /// `mask(m)`: the byte of the address selected by m.
        mask: Option<u64>,
    },
    /// `addr_mode_0 = clamp_to_border`, in a sampler's or texture's list.
    Setting(Symbol, Box<Init>),
}

/// `.entry` or `.func`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// `.entry` when true, else `.func`.
    pub is_entry: bool,
    /// Linking directive.
    pub linkage: Linkage,
    /// `.attribute(...)` words other than managed, as written.
    pub attributes: Vec<String>,
    /// Name.
    pub name: Symbol,
    /// Return parameters of a `.func`.
    pub returns: Vec<Variable>,
    /// Parameters.
    pub params: Vec<Variable>,
    /// `.maxntid` and friends.
    pub directives: Vec<FnDirective>,
    /// Statements; `None` for a declaration.
    pub body: Option<Vec<Stmt>>,
    /// The whole function.
    pub span: Span,
    /// The name.
    pub name_span: Span,
}

/// Performance-tuning and ABI directives between a function's head and body (PTX ISA, section 11).
#[derive(Clone, Debug, PartialEq)]
pub enum FnDirective {
    /// `.maxntid x, y, z` (missing ones are 1).
    MaxNtid([u32; 3]),
    /// `.reqntid x, y, z`
    ReqNtid([u32; 3]),
    /// `.minnctapersm n`
    MinNctaPerSm(u32),
    /// `.maxnreg n`
    MaxNreg(u32),
    /// `.maxnctapersm n` (deprecated)
    MaxNctaPerSm(u32),
    /// `.noreturn`
    NoReturn,
    /// `.pragma`
    Pragma(Vec<String>),
    /// `.explicitcluster`
    ExplicitCluster,
    /// `.reqnctapercluster x, y, z`
    ReqNctaPerCluster([u32; 3]),
    /// `.maxclusterrank n`
    MaxClusterRank(u32),
    /// Any other `.name args`, kept as written (`.blocksareclusters`, `.abi_preserve n`, ...).
    Other(String),
}

/// One statement of a body.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// `{ ... }`, a scope of its own (inline asm and call sequences).
    Block(Vec<Stmt>, Span),
    /// Register or variable declaration.
    Variable(Variable),
    /// `name:`
    Label(Symbol, Span),
    /// An instruction.
    Instr(Instr),
    /// `.loc`
    Loc(Loc),
    /// `.pragma`
    Pragma(Vec<String>, Span),
    /// `label: .branchtargets a, b, ...;`
    BranchTargets {
        /// Name of the list.
        label: Symbol,
        /// Its labels in order.
        targets: Vec<Symbol>,
        /// Where.
        span: Span,
    },
    /// `label: .calltargets f, g;`
    CallTargets {
        /// Name of the list.
        label: Symbol,
        /// Its functions.
        targets: Vec<Symbol>,
        /// Where.
        span: Span,
    },
    /// `label: .callprototype (ret) _ (params);`
    CallPrototype {
        /// Name of the prototype.
        label: Symbol,
        /// Return parameters.
        returns: Vec<Variable>,
        /// Parameters.
        params: Vec<Variable>,
        /// `.noreturn`
        noreturn: bool,
        /// Where.
        span: Span,
    },
    /// A `.section` that stands inside a body.
    Section(Section),
    /// A `.file` that stands inside a body.
    File(File),
    /// Something that was not understood; a diagnostic says what. The function is not fit to run.
    Unknown(Span),
}

/// `.loc file line column{, function_name sym{+n}, inlined_at file line column}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Loc {
    /// `.file` index.
    pub file: u32,
    /// Line; 0 means "no line".
    pub line: u32,
    /// Column.
    pub column: u32,
    /// Name of the inlined function (label into `.debug_str`, byte offset) and the call site.
    pub inlined: Option<InlinedAt>,
    /// Where.
    pub span: Span,
}

/// The inlined part of a `.loc`.
#[derive(Clone, Debug, PartialEq)]
pub struct InlinedAt {
    /// Label in `.debug_str`.
    pub name: Symbol,
    /// Bytes past the label.
    pub name_offset: u32,
    /// Call site: `.file` index.
    pub file: u32,
    /// Call site: line.
    pub line: u32,
    /// Call site: column.
    pub column: u32,
}

/// `.file`.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Index used by `.loc`.
    pub index: u32,
    /// Path as written.
    pub path: String,
    /// Modification time and size, when written.
    pub stamp: Option<(u64, u64)>,
    /// Where.
    pub span: Span,
}

/// `.section`.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// With its dot: `.debug_info`.
    pub name: String,
    /// Contents in order.
    pub items: Vec<SectionItem>,
    /// Where.
    pub span: Span,
}

/// One line of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum SectionItem {
    /// `label:`
    Label(Symbol),
    /// `.b8 1,2,3` and so on; `width` in bytes: 1, 2, 4, 8.
    Data {
        /// Bytes a value.
        width: u8,
        /// Values.
        values: Vec<SectionValue>,
    },
}

/// A value in a section.
#[derive(Clone, Debug, PartialEq)]
pub enum SectionValue {
    /// A number, two's complement.
    Int(i64),
    /// `label` or `.section` plus bytes: a relocation.
    Label(Symbol, i64),
    /// `a-b`
    Difference(Symbol, Symbol),
}

/// `@p` or `@!p`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guard {
    /// Predicate register.
    pub pred: Symbol,
    /// `@!p`
    pub negated: bool,
}

/// One instruction as written. `mods` are in source order and were matched against the instruction
/// table, so a consumer may rely on the combination being one the manual lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Instr {
    /// Guard predicate.
    pub guard: Option<Guard>,
    /// Base mnemonic.
    pub mnemonic: Mnemonic,
    /// Dotted modifiers in order, types included.
    pub mods: Vec<Mod>,
    /// Operands in order; for `call`, see `resolve`.
    pub operands: Vec<Operand>,
    /// The whole instruction without its semicolon.
    pub span: Span,
}

/// An operand as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Register, special register, variable, label, function: a bare name.
    Name(Symbol, Span),
    /// `%tid.x`, `%v.y`: name and component 0..=3.
    Component(Symbol, u8, Span),
    /// `a.b0`, `a.h10`: a register and the parts of it that a video instruction works on.
    Selected(Symbol, Selector, Span),
    /// Literal; constant expressions and signs are folded into it.
    Imm(Imm, Span),
    /// `!p`
    Not(Symbol, Span),
    /// `-a` of `vmad`.
    Neg(Symbol, Span),
    /// `_`
    Sink(Span),
    /// `{a, b, c, d}`
    Vector(Vec<Operand>, Span),
    /// `[base+offset]`, `[imm]`, and `[tex, {coords}]` (the extra operands).
    Address {
        /// Register, variable or `None` for an absolute address.
        base: Option<Symbol>,
        /// Bytes.
        offset: i64,
        /// Index list of texture and tensor addresses.
        extra: Vec<Operand>,
        /// Where.
        span: Span,
    },
    /// `sym+offset` outside brackets (mov of an address), `generic(sym)`-less.
    SymbolOffset(Symbol, i64, Span),
    /// `d|p`: two destinations.
    Pair(Box<Operand>, Box<Operand>, Span),
    /// `(a, b)` of `call`.
    List(Vec<Operand>, Span),
}

/// A literal. Integers are 64-bit two's complement as PTX evaluates them; floats keep their bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Imm {
    /// Signed or untyped integer.
    Int(i64),
    /// Written with `U` suffix or beyond i64.
    UInt(u64),
    /// `0fXXXXXXXX`: bits of an f32.
    F32(u32),
    /// `0dXXXXXXXXXXXXXXXX` or a decimal float: bits of an f64.
    F64(u64),
}

/// Parts of a register in video instructions: `b0`..`b3`, `h0`, `h1`, or up to four digits that pick from
/// both sources (`h10`, `b7531`); also their write masks. The digit written last counts as lane 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Selector {
    /// `h` (halves) when true, else `b` (bytes).
    pub half: bool,
    /// How many digits are written, 1 to 4.
    pub len: u8,
    /// The digits as written, 0 to 7 each.
    pub digits: [u8; 4],
}

impl Selector {
    /// Reads `b0`, `h10`, `b3210`, without a dot.
    pub fn parse(text: &str) -> Option<Selector> {
        let half = match text.as_bytes().first()? {
            b'h' => true,
            b'b' => false,
            _ => return None,
        };
        let written = text.get(1..)?.as_bytes();
        if written.is_empty() || written.len() > 4 || !written.iter().all(|b| (b'0'..=b'7').contains(b)) {
            return None;
        }
        let mut digits = [0; 4];
        digits.iter_mut().zip(written).for_each(|(d, b)| *d = b - b'0');
        Some(Selector { half, len: written.len() as u8, digits })
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.half { "h" } else { "b" })?;
        self.digits.iter().take(usize::from(self.len)).try_for_each(|d| write!(f, "{d}"))
    }
}
