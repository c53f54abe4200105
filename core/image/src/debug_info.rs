//! Variables and types of a PTX module: the DWARF that compilers write into it, read to plain data.
//!
//! `warplens-ptx` assembles the sections; code, functions and variables get made-up addresses here (an address is a
//! function and an operation, or a variable and a byte), so that everything handed out speaks of operations and
//! variables of the module. Registers are named by the register's own name in `DW_OP_regx`. Lines are not here: PTX
//! keeps them in `.loc`. Expressions beyond a register, or a variable plus bytes, are [`Location::Other`].

use std::collections::HashMap;
use std::ops::Range;

use gimli::{
    AttributeValue, DebugAbbrev, DebugAddr, DebugAddrBase, DebugInfo as Sections, DebugLoc, DebugLocLists,
    DebugStr, Encoding, EndianSlice, Expression, LittleEndian, LocationLists, Operation, Reader as _,
    UnitOffset, constants as dw,
};
use warplens_ptx::ast::Module;
use warplens_ptx::debug_sections::{DebugSections, Target, register_name};
use warplens_ptx::resolve::{FuncId, OpIx, Resolved, VarId};

/// Everything the debug sections say.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DebugInfo {
    /// Functions, with inlined ones folded into their callers' variables.
    pub functions: Vec<Function>,
    /// Variables outside functions.
    pub globals: Vec<Variable>,
    /// Types; [`TypeId`] indexes here.
    pub types: Vec<Type>,
}

impl DebugInfo {
    /// A type.
    pub fn ty(&self, id: TypeId) -> Option<&Type> {
        self.types.get(id.0)
    }
}

/// Index into [`DebugInfo::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeId(pub usize);

/// A function with its variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The function of the module, when its code is here.
    pub func: Option<FuncId>,
    /// Name in the source.
    pub name: String,
    /// Line of its declaration; 0 when not known.
    pub line: u32,
    /// Parameters and variables, in order.
    pub variables: Vec<Variable>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Name in the source.
    pub name: String,
    /// Whether it is a parameter.
    pub is_parameter: bool,
    /// Its type.
    pub ty: Option<TypeId>,
    /// Line of its declaration; 0 when not known.
    pub line: u32,
    /// `DW_AT_address_class`: 2 register, 4 constant, 5 global, 6 local, 7 parameter, 8 shared, 12 generic.
    pub address_class: Option<u64>,
    /// Operations of the lexical block it belongs to; `None` for all of the function.
    pub scope: Option<Range<OpIx>>,
    /// The inlined function it belongs to, when it is not the function's own.
    pub inlined: Option<String>,
    /// Where its value is; with a range of operations when it moves. Empty when it is nowhere.
    pub locations: Vec<(Option<Range<OpIx>>, Location)>,
}

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the register of this name.
    Register(String),
    /// In a variable of the module, `offset` bytes from its start.
    Memory {
        /// The PTX variable: a parameter, a depot, a shared or global array.
        variable: VarId,
        /// Bytes.
        offset: u64,
    },
    /// Described in a way that is not read.
    Other,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `int`, `float`, ...
    Base {
        /// Name.
        name: String,
        /// Bytes.
        size: u64,
        /// `DW_ATE_*`: 2 boolean, 4 float, 5 signed, 6 signed char, 7 unsigned, 8 unsigned char.
        encoding: u64,
    },
    /// Pointer or reference; `None` points at void.
    Pointer(Option<TypeId>),
    /// Array; the counts of its dimensions, outermost first, `None` where unknown.
    Array {
        /// Element.
        of: Option<TypeId>,
        /// Counts.
        counts: Vec<Option<u64>>,
    },
    /// Structure, class or union.
    Struct {
        /// Name, if it has one.
        name: String,
        /// Bytes.
        size: u64,
        /// Members in order.
        members: Vec<Member>,
    },
    /// Typedef (named), or const, volatile and the like (not named).
    Alias {
        /// Name of a typedef.
        name: Option<String>,
        /// What it stands for; `None` is void.
        is: Option<TypeId>,
    },
    /// Enumeration.
    Enum {
        /// Name.
        name: String,
        /// Bytes.
        size: u64,
        /// Names and values.
        values: Vec<(String, i64)>,
    },
    /// Something else, by its DWARF tag.
    Unknown(u16),
}

/// A member of a structure.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Its type.
    pub ty: Option<TypeId>,
    /// Bytes from the start.
    pub offset: u64,
}

/// Why the sections cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DebugInfoError {
    /// No sections.
    #[error("the module has no debug information: compile with -g (clang) or -G (nvcc)")]
    Missing,
    /// The DWARF reader's own words.
    #[error("bad debug information: {0}")]
    Dwarf(String),
}

impl From<gimli::Error> for DebugInfoError {
    fn from(error: gimli::Error) -> Self {
        DebugInfoError::Dwarf(error.to_string())
    }
}

// Made-up addresses: a function's code starts at (index + 1) << 32 and counts operations; a variable's bytes start at
// VARIABLE | index << 32.
const VARIABLE: u64 = 1 << 63;

fn address(target: &Target) -> Option<u64> {
    match target {
        Target::Code(func, op) => Some((u64::from(func.0) + 1) << 32 | u64::from(op.0)),
        Target::Function(func) => Some((u64::from(func.0) + 1) << 32),
        Target::Variable(var) => Some(VARIABLE | u64::from(var.0) << 32),
        Target::Section(_, offset) => Some(*offset),
        Target::Unknown(_) => Some(0),
    }
}

fn op(address: u64) -> OpIx {
    OpIx(address as u32)
}

type Slice<'a> = EndianSlice<'a, LittleEndian>;
type Die<'a> = gimli::DebuggingInformationEntry<Slice<'a>>;

/// Reads the debug sections of a module.
pub fn debug_info(module: &Module, resolved: &Resolved) -> Result<DebugInfo, DebugInfoError> {
    let sections = DebugSections::new(module, resolved);
    let bytes = |name: &str| sections.get(name).map(|s| s.relocated(address)).unwrap_or_default();
    let [info, abbrev, strings, loc] =
        [".debug_info", ".debug_abbrev", ".debug_str", ".debug_loc"].map(bytes);
    if info.is_empty() {
        return Err(DebugInfoError::Missing);
    }
    let debug_abbrev = DebugAbbrev::new(&abbrev, LittleEndian);
    let mut units = Sections::new(&info, LittleEndian).units();
    let mut reader = Reader {
        strings: DebugStr::new(&strings, LittleEndian),
        lists: LocationLists::new(DebugLoc::new(&loc, LittleEndian), DebugLocLists::new(&[], LittleEndian)),
        out: DebugInfo::default(),
        encoding: Encoding { address_size: 8, format: gimli::Format::Dwarf32, version: 2 },
        types: HashMap::new(),
        names: HashMap::new(),
    };
    while let Some(unit) = units.next()? {
        reader.encoding = unit.encoding();
        reader.types.clear();
        reader.names.clear();
        let abbreviations = unit.abbreviations(&debug_abbrev)?;
        let mut entries = unit.entries(&abbreviations);
        let mut stack: Vec<(isize, Context)> = Vec::new();
        while let Some(die) = entries.next_dfs()? {
            stack.retain(|(depth, _)| *depth < die.depth());
            if let Some(context) = reader.entry(die, &stack) {
                stack.push((die.depth(), context));
            }
        }
    }
    Ok(reader.out)
}

/// What an entry's children belong to.
enum Context {
    Function(usize),
    /// A declaration: its parameters describe no storage.
    Nothing,
    Block(Option<Range<OpIx>>),
    Inlined(String),
    Type(TypeId),
}

struct Reader<'a> {
    strings: DebugStr<Slice<'a>>,
    lists: LocationLists<Slice<'a>>,
    out: DebugInfo,
    encoding: Encoding,
    /// Types of the current unit by their offset in it, known or only mentioned so far.
    types: HashMap<UnitOffset<usize>, TypeId>,
    /// Names of entries that others refer to by `DW_AT_abstract_origin`.
    names: HashMap<UnitOffset<usize>, String>,
}

impl<'a> Reader<'a> {
    fn entry(&mut self, die: &Die<'a>, stack: &[(isize, Context)]) -> Option<Context> {
        if let Some(name) = self.own_name(die) {
            self.names.insert(die.offset(), name);
        }
        match die.tag() {
            dw::DW_TAG_subprogram => {
                let low = self.code(die).map(|range| range.0);
                let Some(low) = low else { return Some(Context::Nothing) };
                let func = (low >> 32).checked_sub(1).and_then(|f| u32::try_from(f).ok()).map(FuncId);
                let function =
                    Function { func, name: self.name(die), line: line(die), variables: Vec::new() };
                self.out.functions.push(function);
                Some(Context::Function(self.out.functions.len() - 1))
            }
            dw::DW_TAG_lexical_block => {
                Some(Context::Block(self.code(die).map(|(low, high)| op(low)..op(high))))
            }
            dw::DW_TAG_inlined_subroutine => Some(Context::Inlined(self.name(die))),
            dw::DW_TAG_variable | dw::DW_TAG_formal_parameter => {
                self.variable(die, stack);
                None
            }
            dw::DW_TAG_member => {
                let offset = match die.attr_value(dw::DW_AT_data_member_location) {
                    Some(AttributeValue::Exprloc(expression)) => self.member_offset(expression),
                    Some(value) => value.udata_value().unwrap_or(0),
                    None => 0,
                };
                let member = Member { name: self.name(die), ty: self.ty(die), offset };
                if let Some(Type::Struct { members, .. }) = self.parent_type(stack) {
                    members.push(member);
                }
                None
            }
            dw::DW_TAG_subrange_type => {
                let number = |name| die.attr_value(name).and_then(|v| v.udata_value());
                let bound = number(dw::DW_AT_upper_bound).and_then(|n| n.checked_add(1));
                let count = number(dw::DW_AT_count).or(bound);
                if let Some(Type::Array { counts, .. }) = self.parent_type(stack) {
                    counts.push(count);
                }
                None
            }
            dw::DW_TAG_enumerator => {
                let name = self.name(die);
                let value = die.attr_value(dw::DW_AT_const_value).and_then(|v| v.sdata_value()).unwrap_or(0);
                if let Some(Type::Enum { values, .. }) = self.parent_type(stack) {
                    values.push((name, value));
                }
                None
            }
            tag => {
                let ty = self.read_type(tag, die)?;
                let id = self.type_at(die.offset());
                if let Some(place) = self.out.types.get_mut(id.0) {
                    *place = ty;
                }
                Some(Context::Type(id))
            }
        }
    }

    fn read_type(&mut self, tag: dw::DwTag, die: &Die<'a>) -> Option<Type> {
        let number = |name| die.attr_value(name).and_then(|v| v.udata_value()).unwrap_or(0);
        let size = number(dw::DW_AT_byte_size);
        Some(match tag {
            dw::DW_TAG_base_type => {
                let encoding = match die.attr_value(dw::DW_AT_encoding) {
                    Some(AttributeValue::Encoding(e)) => u64::from(e.0),
                    other => other.and_then(|v| v.udata_value()).unwrap_or(0),
                };
                Type::Base { name: self.name(die), size, encoding }
            }
            dw::DW_TAG_pointer_type | dw::DW_TAG_reference_type | dw::DW_TAG_rvalue_reference_type => {
                Type::Pointer(self.ty(die))
            }
            dw::DW_TAG_array_type => Type::Array { of: self.ty(die), counts: Vec::new() },
            dw::DW_TAG_structure_type | dw::DW_TAG_class_type | dw::DW_TAG_union_type => {
                Type::Struct { name: self.name(die), size, members: Vec::new() }
            }
            dw::DW_TAG_typedef => Type::Alias { name: Some(self.name(die)), is: self.ty(die) },
            dw::DW_TAG_const_type | dw::DW_TAG_volatile_type | dw::DW_TAG_restrict_type => {
                Type::Alias { name: None, is: self.ty(die) }
            }
            dw::DW_TAG_enumeration_type => Type::Enum { name: self.name(die), size, values: Vec::new() },
            _ => return None,
        })
    }

    fn variable(&mut self, die: &Die<'a>, stack: &[(isize, Context)]) {
        let mut variable = Variable {
            name: self.name(die),
            is_parameter: die.tag() == dw::DW_TAG_formal_parameter,
            ty: self.ty(die),
            line: line(die),
            address_class: die.attr_value(dw::DW_AT_address_class).and_then(|v| match v {
                AttributeValue::AddressClass(class) => Some(class.0),
                other => other.udata_value(),
            }),
            scope: None,
            inlined: None,
            locations: self.locations(die),
        };
        let mut owner = None;
        for (_, context) in stack.iter().rev() {
            match context {
                Context::Function(index) => {
                    owner = Some(*index);
                    break;
                }
                Context::Nothing => return,
                Context::Block(range) if variable.scope.is_none() => variable.scope.clone_from(range),
                Context::Inlined(name) if variable.inlined.is_none() => variable.inlined = Some(name.clone()),
                _ => {}
            }
        }
        match owner.and_then(|i| self.out.functions.get_mut(i)) {
            Some(function) => function.variables.push(variable),
            None => self.out.globals.push(variable),
        }
    }

    fn locations(&self, die: &Die<'a>) -> Vec<(Option<Range<OpIx>>, Location)> {
        match die.attr_value(dw::DW_AT_location) {
            Some(AttributeValue::Exprloc(expression)) => vec![(None, self.location(expression))],
            Some(AttributeValue::LocationListsRef(offset)) => {
                let (no_addresses, base) =
                    (DebugAddr::from(EndianSlice::new(&[], LittleEndian)), DebugAddrBase(0));
                let Ok(mut list) = self.lists.locations(offset, self.encoding, 0, &no_addresses, base) else {
                    return vec![(None, Location::Other)];
                };
                let mut found = Vec::new();
                // A damaged list ends the walk; what came before it stands.
                while let Ok(Some(entry)) = list.next() {
                    let range = op(entry.range.begin)..op(entry.range.end);
                    found.push((Some(range), self.location(entry.data)));
                }
                found
            }
            _ => Vec::new(),
        }
    }

    fn location(&self, expression: Expression<Slice<'a>>) -> Location {
        let mut operations = expression.operations(self.encoding);
        let mut found = Location::Other;
        while let Ok(Some(operation)) = operations.next() {
            found = match (operation, found) {
                // PTX registers are numbered by their name; gimli keeps 16 bits of a register number.
                (Operation::Address { address }, Location::Other) if address & VARIABLE != 0 => {
                    Location::Memory {
                        variable: VarId((address >> 32 & 0x7fff_ffff) as u32),
                        offset: address & 0xffff_ffff,
                    }
                }
                (Operation::PlusConstant { value }, Location::Memory { variable, offset }) => {
                    Location::Memory { variable, offset: offset.wrapping_add(value) }
                }
                _ => return Location::Other,
            };
        }
        match found {
            Location::Other => self.register(expression).unwrap_or(Location::Other),
            found => found,
        }
    }

    /// `DW_OP_regx ULEB`, whose number is wider than gimli's register numbers.
    fn register(&self, expression: Expression<Slice<'a>>) -> Option<Location> {
        let mut bytes = expression.0;
        if bytes.read_u8().ok()? != dw::DW_OP_regx.0 {
            return None;
        }
        let name = register_name(bytes.read_uleb128().ok()?)?;
        bytes.is_empty().then_some(Location::Register(name))
    }

    fn member_offset(&self, expression: Expression<Slice<'a>>) -> u64 {
        match expression.operations(self.encoding).next() {
            Ok(Some(Operation::PlusConstant { value })) => value,
            _ => 0,
        }
    }

    /// First and one-past-last address of an entry's code.
    fn code(&self, die: &Die<'a>) -> Option<(u64, u64)> {
        let AttributeValue::Addr(low) = die.attr_value(dw::DW_AT_low_pc)? else { return None };
        let high = match die.attr_value(dw::DW_AT_high_pc) {
            Some(AttributeValue::Addr(high)) => high,
            Some(size) => low.saturating_add(size.udata_value().unwrap_or(0)),
            None => low,
        };
        Some((low, high))
    }

    fn type_at(&mut self, offset: UnitOffset<usize>) -> TypeId {
        let types = &mut self.out.types;
        *self.types.entry(offset).or_insert_with(|| {
            types.push(Type::Unknown(0));
            TypeId(types.len() - 1)
        })
    }

    fn ty(&mut self, die: &Die<'a>) -> Option<TypeId> {
        match die.attr_value(dw::DW_AT_type)? {
            AttributeValue::UnitRef(offset) => Some(self.type_at(offset)),
            _ => None,
        }
    }

    fn parent_type(&mut self, stack: &[(isize, Context)]) -> Option<&mut Type> {
        match stack.last()? {
            (_, Context::Type(id)) => self.out.types.get_mut(id.0),
            _ => None,
        }
    }

    fn own_name(&self, die: &Die<'a>) -> Option<String> {
        let text = match die.attr_value(dw::DW_AT_name)? {
            AttributeValue::String(text) => text,
            AttributeValue::DebugStrRef(offset) => self.strings.get_str(offset).ok()?,
            _ => return None,
        };
        Some(text.to_string_lossy().into_owned())
    }

    fn name(&self, die: &Die<'a>) -> String {
        let origin =
            || match die.attr_value(dw::DW_AT_abstract_origin).or(die.attr_value(dw::DW_AT_specification))? {
                AttributeValue::UnitRef(offset) => self.names.get(&offset).cloned(),
                _ => None,
            };
        self.own_name(die).or_else(origin).unwrap_or_default()
    }
}

fn line(die: &Die<'_>) -> u32 {
    let value = die.attr_value(dw::DW_AT_decl_line).and_then(|v| v.udata_value());
    value.and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use warplens_ptx::{parse, resolve};

    /// A unit by hand, in the shapes of nvcc and clang: `kernel(int *p)` with a register parameter that a location list
    /// moves, a local array in the depot, a shared array, and a structure.
    fn module(info: &str) -> String {
        format!(
            ".version 8.0\n.target sm_80, debug\n.address_size 64\n.shared .align 4 .b8 tile[64];\n\
             .visible .entry kernel(.param .u64 kernel_param_0)\n{{\n.local .align 8 .b8 __local_depot0[16];\n\
             .reg .b64 %rd<3>;\n.reg .b32 %r<3>;\n$Lbegin:\nld.param.u64 %rd1, [kernel_param_0];\n$Lmid:\n\
             mov.u32 %r1, tile;\nret;\n$Lend:\n}}\n{info}"
        )
    }

    const ABBREV: &str = "
.b8 1, 17, 1, 3, 8, 0, 0
.b8 2, 46, 1, 3, 8, 17, 1, 18, 1, 0, 0
.b8 3, 5, 0, 3, 8, 73, 19, 51, 11, 2, 6, 0, 0
.b8 4, 52, 0, 3, 8, 73, 19, 51, 11, 2, 10, 58, 11, 59, 11, 0, 0
.b8 5, 36, 0, 3, 8, 62, 11, 11, 11, 0, 0
.b8 6, 15, 0, 73, 19, 0, 0
.b8 7, 1, 1, 73, 19, 0, 0
.b8 8, 33, 0, 47, 11, 0, 0
.b8 9, 19, 1, 3, 8, 11, 11, 0, 0
.b8 10, 13, 0, 3, 8, 73, 19, 56, 10, 0, 0
.b8 0
";

    fn sections() -> String {
        // References are offsets in the unit, so differences of labels.
        let info = "
.b8 2, 0
.b32 .debug_abbrev
.b8 8
.b8 1, 97, 0
.b8 2, 107, 0
.b64 $Lbegin
.b64 $Lend
.b8 3, 112, 0
.b32 $Tpointer-$Lunit
.b8 2
.b32 $Llist
.b8 4, 116, 0
.b32 $Tarray-$Lunit
.b8 8
.b8 9, 3
.b64 tile
.b8 1, 7
.b8 4, 108, 0
.b32 $Tint-$Lunit
.b8 6
.b8 11, 3
.b64 __local_depot0
.b8 35, 8, 1, 9
.b8 0
$Tint:
.b8 5, 105, 110, 116, 0, 5, 4
$Tpointer:
.b8 6
.b32 $Tint-$Lunit
$Tarray:
.b8 7
.b32 $Tint-$Lunit
.b8 8, 15
.b8 0
.b8 9, 83, 0, 8
.b8 10, 98, 0
.b32 $Tint-$Lunit
.b8 2, 35, 4
.b8 0
.b8 0
";
        let list = "$Llist:\n.b64 $Lmid\n.b64 $Lend\n.b8 5, 0\n.b8 144, 177, 228, 149, 1\n.b64 0\n.b64 0\n";
        format!(
            ".section .debug_abbrev\n{{{ABBREV}}}\n.section .debug_info\n{{\n$Lunit:\n.b32 $Lend_info-$Lstart_info\n\
             $Lstart_info:{info}$Lend_info:\n}}\n.section .debug_loc\n{{\n{list}}}\n"
        )
    }

    fn read(text: &str) -> Result<DebugInfo, DebugInfoError> {
        let parsed = parse(text);
        let (resolved, _) = resolve(&parsed.module);
        debug_info(&parsed.module, &resolved)
    }

    #[test]
    fn variables_come_with_type_and_place() {
        let text = module(&sections());
        let info = read(&text).unwrap();
        assert_eq!(info.functions.len(), 1, "{info:?}");
        let function = &info.functions[0];
        assert_eq!((function.func, function.name.as_str()), (Some(FuncId(0)), "k"));
        let [p, t, l] = function.variables.as_slice() else { panic!("{info:?}") };
        assert_eq!((p.name.as_str(), p.is_parameter, p.address_class), ("p", true, Some(2)));
        assert_eq!(p.locations, [(Some(OpIx(1)..OpIx(3)), Location::Register("%r1".into()))]);
        assert!(
            matches!(p.ty.and_then(|id| info.ty(id)), Some(Type::Pointer(Some(to))) if matches!(info.ty(*to), Some(Type::Base { size: 4, encoding: 5, .. })))
        );
        assert!(matches!(t.locations[0].1, Location::Memory { offset: 0, .. }));
        assert!(
            matches!(t.ty.and_then(|id| info.ty(id)), Some(Type::Array { counts, .. }) if *counts == [Some(16)])
        );
        assert_eq!((l.line, l.address_class), (9, Some(6)));
        let (Location::Memory { variable: tile, .. }, Location::Memory { variable: depot, offset: 8 }) =
            (&t.locations[0].1, &l.locations[0].1)
        else {
            panic!("{info:?}")
        };
        assert_ne!(tile, depot);
        let members: Vec<_> = info
            .types
            .iter()
            .filter_map(|t| if let Type::Struct { members, .. } = t { members.first() } else { None })
            .map(|m| (m.name.as_str(), m.offset))
            .collect();
        assert_eq!(members, [("b", 4)]);
    }

    #[test]
    fn without_sections_it_says_how_to_get_them() {
        assert_eq!(read(&module("")), Err(DebugInfoError::Missing));
    }

    #[test]
    fn damaged_sections_are_errors_or_less_information() {
        let whole = sections();
        for (at, _) in whole.match_indices(char::is_numeric) {
            for digit in ["0", "9", "255"] {
                let mut text = whole.clone();
                text.replace_range(at..=at, digit);
                let _ = read(&module(&text));
            }
        }
    }
}
