//! What one file declares and uses: symbols, references, functions with their execution space, launches, calls, macros.
//!
//! Built in one pass over the flat tree (see `build`). Names are resolved within the file by C++'s scopes, leniently:
//! what cannot be resolved stays unresolved, and nothing here ever claims an error. Other files come in through
//! [`crate::workspace`].

mod build;
mod eval;
mod infer;
mod named;
pub mod types;

pub(crate) use build::declared_name;

use crate::hash::FastMap;
use crate::surroundings::Surroundings;
use crate::syntax::{Node, NodeId, Syntax};
use crate::text::TextRange;
use std::sync::Arc;
use types::Type;

/// Index into [`Model::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(pub u32);

/// Index into [`Model::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SymbolKind {
    /// A function, method or kernel.
    Function,
    /// A variable.
    Variable,
    /// A function's parameter.
    Parameter,
    /// A member of a struct, class or union.
    Field,
    /// A struct, class or union.
    Struct,
    /// An enum.
    Enum,
    /// A value of an enum.
    EnumConstant,
    /// A typedef or alias.
    Alias,
    /// A template's parameter.
    TemplateParameter,
    /// A namespace.
    Namespace,
    /// A macro.
    Macro,
}

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Host memory, or a thread's own where the function runs on the device.
    Plain,
    /// `__shared__`
    Shared,
    /// `extern __shared__`
    DynamicShared,
    /// `__constant__`
    Constant,
    /// `__device__`
    Device,
    /// `__managed__`
    Managed,
}

/// Where a function runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Exec {
    /// `__global__`
    pub global: bool,
    /// `__device__`
    pub device: bool,
    /// `__host__`, or nothing said.
    pub host: bool,
    /// `constexpr`, which `--expt-relaxed-constexpr` lets both sides call.
    pub constexpr: bool,
    /// Whether a macro of another file stands before the name, which may say anything.
    pub uncertain: bool,
}

impl Exec {
    /// A plain host function.
    pub const HOST: Exec =
        Exec { global: false, device: false, host: true, constexpr: false, uncertain: false };

    /// Whether it runs on the device, perhaps on the host too.
    pub fn on_device(self) -> bool {
        self.global || self.device
    }

    /// Whether it runs on the device only.
    pub fn device_only(self) -> bool {
        self.on_device() && !self.host
    }

    /// The words a user would write.
    pub fn words(self) -> &'static str {
        match (self.global, self.device, self.host) {
            (true, ..) => "__global__",
            (_, true, true) => "__host__ __device__",
            (_, true, false) => "__device__",
            _ => "__host__",
        }
    }
}

/// A declared name.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The name's bytes.
    pub range: TextRange,
    /// The whole declaration.
    pub full: TextRange,
    /// The node that declares it.
    pub node: NodeId,
    /// Its type, for what has one.
    pub ty: Type,
    /// Its memory space.
    pub space: Space,
    /// The symbol it is a member of: struct, enum, namespace, or function for locals.
    pub container: Option<SymbolId>,
    /// The function it is declared in, if it is local to one.
    pub local_to: Option<FunctionId>,
    /// The function it names.
    pub function: Option<FunctionId>,
    /// Its initial value.
    pub value: Option<NodeId>,
    /// The nodes between which its name is visible; `None` for names the whole file can see.
    pub visible: Option<(NodeId, NodeId)>,
    /// How often it is assigned to after its declaration, or its address handed out.
    pub writes: u32,
}

/// A use of a name.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The identifier.
    pub node: NodeId,
    /// Its bytes.
    pub range: TextRange,
    /// What it stands for, if this file says.
    pub symbol: Option<SymbolId>,
    /// The function it is in.
    pub function: Option<FunctionId>,
    /// Whether this is where the name is declared.
    pub declares: bool,
    /// Whether the value is written here.
    pub writes: bool,
}

/// A function, method, kernel or lambda.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its symbol; lambdas have none.
    pub symbol: Option<SymbolId>,
    /// Its name; empty for a lambda.
    pub name: String,
    /// The definition or declaration.
    pub node: NodeId,
    /// Its body.
    pub body: Option<NodeId>,
    /// Where it runs.
    pub exec: Exec,
    /// Its parameters' symbols, in order.
    pub parameters: Vec<SymbolId>,
    /// How many arguments a call needs.
    pub required: usize,
    /// Whether it ends in `...` or a parameter pack.
    pub variadic: bool,
    /// Whether it is a template, or a member of one.
    pub template: bool,
    /// Arguments of `__launch_bounds__`.
    pub bounds: Option<TextRange>,
    /// The function a lambda is written in.
    pub outer: Option<FunctionId>,
}

/// A kernel launch `f<<<grid, block, shared, stream>>>(arguments)`.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The call.
    pub node: NodeId,
    /// The kernel's last name.
    pub kernel: String,
    /// The kernel's name node.
    pub callee: NodeId,
    /// Grid, block, shared bytes, stream: as many as are written.
    pub configuration: Vec<NodeId>,
    /// The `<<<...>>>` itself.
    pub syntax: TextRange,
    /// The arguments.
    pub arguments: Vec<NodeId>,
    /// The function it is in.
    pub function: Option<FunctionId>,
}

/// A call of a named function.
#[derive(Clone, Debug)]
pub struct Call {
    /// The call.
    pub node: NodeId,
    /// The last name of what is called.
    pub name: String,
    /// That name's node.
    pub callee: NodeId,
    /// The function it is in.
    pub function: Option<FunctionId>,
    /// Whether it is called on an object.
    pub method: bool,
}

/// A `#define`.
#[derive(Clone, Debug)]
pub struct Macro {
    /// Parameters, for function-like macros.
    pub parameters: Option<Vec<String>>,
    /// What it expands to.
    pub body: String,
    /// Whether the file defines it more than once, differently.
    pub ambiguous: bool,
    /// Its symbol.
    pub symbol: SymbolId,
}

/// An `#include`.
#[derive(Clone, Debug)]
pub struct Include {
    /// The name between quotes or brackets.
    pub path: String,
    /// Whether it is in quotes.
    pub quoted: bool,
    /// The quoted or bracketed name, delimiters included.
    pub range: TextRange,
}

/// All of that for one file.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Declared names, in order of declaration.
    pub symbols: Vec<Symbol>,
    /// Uses of names, in order of the text.
    pub references: Vec<Reference>,
    /// Functions and lambdas.
    pub functions: Vec<Function>,
    /// Kernel launches.
    pub launches: Vec<Launch>,
    /// Calls, launches excepted.
    pub calls: Vec<Call>,
    /// Macros by name.
    pub(crate) macros: FastMap<String, Macro>,
    /// Includes.
    pub includes: Vec<Include>,
    by_name: FastMap<String, Vec<SymbolId>>,
    by_node: FastMap<NodeId, FunctionId>,
    /// For each function: one past its last node, and the function around it.
    extents: Vec<(NodeId, Option<FunctionId>)>,
    /// For each node the number of the reference it makes, or `NO_REFERENCE`.
    reference_at: Vec<u32>,
    /// References by symbol, one symbol after the other.
    uses: Vec<u32>,
    /// Where each symbol's run in `uses` begins; one more than there are symbols.
    uses_from: Vec<u32>,
    /// Names in the bodies of macros that are not the macro's own parameters, in order of the text.
    pub(crate) mentions: Vec<TextRange>,
    /// What the headers around the file give.
    pub(crate) around: Arc<Surroundings>,
}

/// What a node that names nothing has in place of a reference's number.
const NO_REFERENCE: u32 = u32::MAX;

impl Model {
    /// Reads a tree.
    pub fn new(syntax: &Syntax, text: &str, around: Arc<Surroundings>) -> Model {
        build::build(syntax, text, around)
    }

    /// The symbol with this number.
    pub fn symbol(&self, id: SymbolId) -> Option<&Symbol> {
        self.symbols.get(id.0 as usize)
    }

    /// The function with this number.
    pub fn function(&self, id: FunctionId) -> Option<&Function> {
        self.functions.get(id.0 as usize)
    }

    /// The function that this definition, declaration or lambda node is.
    pub fn function_of(&self, node: NodeId) -> Option<FunctionId> {
        self.by_node.get(&node).copied()
    }

    /// The innermost function or lambda around a node.
    pub fn enclosing(&self, node: Node<'_>) -> Option<FunctionId> {
        // Functions are numbered in preorder: the last that starts before the node is around it, or one of those around
        // that one is.
        let after = self.functions.partition_point(|f| f.node < node.id);
        let mut at = Some(FunctionId(after.checked_sub(1)? as u32));
        while let Some(id) = at {
            let (end, outer) = self.extents.get(id.0 as usize).copied()?;
            if node.id < end {
                return Some(id);
            }
            at = outer;
        }
        None
    }

    /// Names of this spelling that the whole file can see.
    pub fn named(&self, name: &str) -> impl Iterator<Item = SymbolId> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    /// Functions of this name: definitions first.
    pub fn functions_named<'a>(&'a self, name: &str) -> Vec<&'a Function> {
        let mut all: Vec<&Function> = self
            .named(name)
            .filter_map(|s| self.symbol(s)?.function)
            .filter_map(|f| self.function(f))
            .collect();
        all.sort_by_key(|f| f.body.is_none());
        all
    }

    /// Kernels of this name: definitions first.
    pub fn kernels_named<'a>(&'a self, name: &str) -> Vec<&'a Function> {
        let mut all = self.functions_named(name);
        all.retain(|f| f.exec.global);
        all
    }

    /// The reference made by this identifier.
    pub fn reference(&self, node: NodeId) -> Option<&Reference> {
        self.references.get(*self.reference_at.get(node.0 as usize)? as usize)
    }

    /// Uses of a symbol, its declaration included, in order.
    pub fn uses(&self, symbol: SymbolId) -> impl Iterator<Item = &Reference> {
        let bound = |i: usize| self.uses_from.get(i).map_or(0, |n| *n as usize);
        let run = self.uses.get(bound(symbol.0 as usize)..bound(symbol.0 as usize + 1));
        run.into_iter().flatten().filter_map(|i| self.references.get(*i as usize))
    }

    /// What is declared within a function, lambdas inside it included, in order.
    pub fn symbols_within(&self, function: FunctionId) -> impl Iterator<Item = (SymbolId, &Symbol)> {
        let node = self.function(function).map(|f| f.node);
        let end = self.extents.get(function.0 as usize).map(|(end, _)| *end);
        // Symbols are numbered in preorder of the nodes that declare them.
        let number = |at: Option<NodeId>| at.map_or(0, |at| self.symbols.partition_point(|s| s.node < at));
        let (from, to) = (number(node), number(end));
        let inside = self.symbols.get(from..to).unwrap_or_default();
        (from as u32..).map(SymbolId).zip(inside)
    }

    /// Uses of names within some bytes, in order.
    pub fn references_in(&self, range: TextRange) -> impl Iterator<Item = &Reference> {
        let from = self.references.partition_point(|r| r.range.start < range.start);
        let rest = self.references.get(from..).unwrap_or_default();
        rest.iter().take_while(move |r| r.range.start < range.end).filter(move |r| range.covers(r.range))
    }

    /// The symbol this identifier stands for.
    pub fn resolve(&self, node: Node<'_>) -> Option<SymbolId> {
        self.reference(node.id)?.symbol
    }

    /// The reference under a cursor.
    pub fn reference_at(&self, offset: u32) -> Option<&Reference> {
        let after = self.references.partition_point(|r| r.range.start <= offset);
        let before = self.references.get(..after)?;
        before.iter().rev().take(3).find(|r| r.range.touches(offset))
    }
}
