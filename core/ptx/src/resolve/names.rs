//! The walk over a module that gives every declaration an index: module scope first, then each body
//! with its nested scopes.
//!
//! Within a block, labels and target lists are known from its start, declarations from where they stand.

use super::lines::{Lines, unescape};
use super::{Body, Func, FuncId, GlobalRef, OpIx, Prototype, Reg, RegId, Resolved, Var, VarId};
use crate::ast::{self, Function, Init, Item, Linkage, Module, StateSpace, Stmt, Symbol, Variable};
use crate::diagnostic::{Diagnostic, Sink};
use crate::isa::ScalarType;
use crate::span::Span;
use std::collections::HashMap;

/// Largest variable, in bytes.
const MAX_SIZE: u64 = 1 << 40;

/// Gives every name of a module its index. Like parsing, this never fails: what cannot be resolved is
/// reported and left out.
pub fn resolve(module: &Module) -> (Resolved, Vec<Diagnostic>) {
    let mut r = Resolver {
        module,
        out: Resolved::default(),
        sink: Sink::default(),
        lines: Lines::new(module),
        decls: Vec::new(),
    };
    r.module_scope();
    for func in 0..r.out.funcs.len() {
        r.function(FuncId(func as u32));
    }
    r.check_initialisers();
    r.out.locs = std::mem::take(&mut r.lines.locs);
    let mut diagnostics = r.sink.finish();
    diagnostics.sort_by_key(|d| d.span.start);
    (r.out, diagnostics)
}

/// What a name inside a body stands for.
#[derive(Clone, Debug)]
pub(super) enum Entity {
    Reg(RegId),
    Var(VarId),
    Func(FuncId),
    Label(OpIx),
    BranchTargets(u32),
    CallTargets(Vec<FuncId>),
    Prototype(u32),
}

/// Registers declared by one `%r<count>`.
#[derive(Clone, Copy, Debug)]
struct Range {
    count: u32,
    ty: ScalarType,
    vector: u8,
}

#[derive(Debug, Default)]
struct Scope {
    names: HashMap<Symbol, Entity>,
    ranges: HashMap<Symbol, Range>,
}

/// The walk's state.
pub(super) struct Resolver<'m> {
    pub(super) module: &'m Module,
    pub(super) out: Resolved,
    pub(super) sink: Sink,
    lines: Lines,
    /// The item of each function's definition, else declaration.
    decls: Vec<&'m Function>,
}

/// A body in the making.
pub(super) struct BodyWalk {
    func: FuncId,
    pub(super) body: Body,
    scopes: Vec<Scope>,
    pub(super) loc: Option<u32>,
    /// Labels of each block, in the order blocks begin.
    blocks: std::vec::IntoIter<HashMap<Symbol, OpIx>>,
}

impl<'m> Resolver<'m> {
    pub(super) fn text(&self, s: Symbol) -> &'m str {
        self.module.names.get(s)
    }

    fn module_scope(&mut self) {
        for (ix, item) in self.module.items.iter().enumerate() {
            match item {
                Item::Variable(v) => self.global(v),
                Item::Function(f) => self.declare_function(ix, f),
                Item::File(f) => self.out.files.push((f.index, unescape(&f.path))),
                Item::Section(_) | Item::Alias { .. } | Item::Pragma(..) => {}
            }
            if let Item::Function(Function { body: Some(body), .. }) = item {
                collect_files(body, &mut self.out.files);
            }
        }
        for (ix, item) in self.module.items.iter().enumerate() {
            let Item::Alias { alias, aliasee, span } = item else { continue };
            let Some(&GlobalRef::Func(target)) = self.out.symbols.get(aliasee) else {
                let message = format!("`{}` is not a function of this module", self.text(*aliasee));
                self.sink.push(Diagnostic::error(*span, message));
                continue;
            };
            match self.out.symbols.get(alias) {
                Some(&GlobalRef::Func(f)) if f != target => self.out.funcs[f.index()].alias_of = Some(target),
                Some(_) => {
                    let message = format!("`{}` cannot be an alias: the name is taken", self.text(*alias));
                    self.sink.push(Diagnostic::error(*span, message));
                }
                None => {
                    let id = FuncId(self.out.funcs.len() as u32);
                    let is_entry = self.out.funcs[target.index()].is_entry;
                    self.out.funcs.push(Func {
                        name: *alias,
                        is_entry,
                        item: ix,
                        returns: Vec::new(),
                        params: Vec::new(),
                        body: None,
                        alias_of: Some(target),
                    });
                    self.decls.push(self.decls[target.index()]);
                    self.out.symbols.insert(*alias, GlobalRef::Func(id));
                }
            }
        }
    }

    /// A module-scope variable; declarations and the definition of one name share an id.
    fn global(&mut self, v: &Variable) {
        let var = self.layout(v, None);
        match self.out.symbols.get(&v.name) {
            None => {
                let id = self.push_var(var);
                self.out.symbols.insert(v.name, GlobalRef::Var(id));
            }
            Some(&GlobalRef::Var(id)) => {
                let old = &mut self.out.vars[id.index()];
                let old_is_weak =
                    matches!(old.decl.linkage, Linkage::Extern | Linkage::Weak | Linkage::Common);
                let new_is_weak = matches!(v.linkage, Linkage::Extern | Linkage::Weak | Linkage::Common);
                if old.decl.space != v.space || (!old_is_weak && !new_is_weak) {
                    let message = format!("`{}` is declared twice", self.module.names.get(v.name));
                    self.sink.push(Diagnostic::error(v.name_span, message));
                } else if old.decl.linkage == Linkage::Extern || !new_is_weak {
                    *old = var;
                }
            }
            Some(GlobalRef::Func(_)) => {
                let message = format!("`{}` is a function already", self.text(v.name));
                self.sink.push(Diagnostic::error(v.name_span, message));
            }
        }
    }

    fn declare_function(&mut self, ix: usize, f: &'m Function) {
        match self.out.symbols.get(&f.name) {
            None => {
                let id = FuncId(self.out.funcs.len() as u32);
                self.out.funcs.push(Func {
                    name: f.name,
                    is_entry: f.is_entry,
                    item: ix,
                    returns: Vec::new(),
                    params: Vec::new(),
                    body: None,
                    alias_of: None,
                });
                self.decls.push(f);
                self.out.symbols.insert(f.name, GlobalRef::Func(id));
            }
            Some(&GlobalRef::Func(id)) => {
                let old = self.decls[id.index()];
                let both = old.body.is_some() && f.body.is_some();
                if both || old.is_entry != f.is_entry {
                    let message = format!("`{}` is defined twice", self.text(f.name));
                    self.sink.push(Diagnostic::error(f.name_span, message));
                } else if f.body.is_some() {
                    self.decls[id.index()] = f;
                    self.out.funcs[id.index()].item = ix;
                }
            }
            Some(GlobalRef::Var(_)) => {
                let message = format!("`{}` is a variable already", self.text(f.name));
                self.sink.push(Diagnostic::error(f.name_span, message));
            }
        }
    }

    fn push_var(&mut self, var: Var) -> VarId {
        let id = VarId(self.out.vars.len() as u32);
        self.out.vars.push(var);
        id
    }

    /// Size and alignment of a variable.
    fn layout(&mut self, v: &Variable, owner: Option<FuncId>) -> Var {
        let element = u64::from(v.ty.bytes()) * u64::from(v.vector);
        let mut size = element;
        for (i, dim) in v.dims.iter().enumerate() {
            let n = match (dim, &v.init) {
                (Some(n), _) => *n,
                (None, Some(Init::List(l))) if i == 0 => l.len() as u64,
                (None, _) => 0,
            };
            size = size.saturating_mul(n);
        }
        if size > MAX_SIZE {
            let message = format!("`{}` is larger than {MAX_SIZE} bytes", self.text(v.name));
            self.sink.push(Diagnostic::error(v.span, message));
            size = 0;
        }
        let align = v.align.unwrap_or(element.clamp(1, 128).next_power_of_two() as u32);
        Var { name: v.name, decl: v.clone(), size, align, owner }
    }

    fn function(&mut self, id: FuncId) {
        if self.out.funcs[id.index()].alias_of.is_some() {
            return;
        }
        let f = self.decls[id.index()];
        let mut blocks = Vec::new();
        if let Some(statements) = &f.body {
            self.scan(statements, &mut 0, &mut blocks);
        }
        let mut walk = BodyWalk {
            func: id,
            body: Body::default(),
            scopes: vec![Scope::default()],
            loc: None,
            blocks: blocks.into_iter(),
        };
        self.lines.begin();
        let returns = f.returns.iter().map(|v| self.head_variable(&mut walk, v)).collect();
        let params = f.params.iter().map(|v| self.head_variable(&mut walk, v)).collect();
        if let Some(statements) = &f.body {
            self.block(&mut walk, statements);
        }
        let func = &mut self.out.funcs[id.index()];
        func.returns = returns;
        func.params = params;
        func.body = f.body.is_some().then_some(walk.body);
    }

    fn head_variable(&mut self, walk: &mut BodyWalk, v: &Variable) -> VarId {
        let var = self.layout(v, Some(walk.func));
        let id = self.push_var(var);
        if v.space == StateSpace::Reg {
            let reg = walk.register(v.name, v.ty, v.vector);
            walk.body.reg_params.push((id, reg));
            self.declare(walk, v.name, Entity::Reg(reg), v.name_span);
        } else {
            self.declare(walk, v.name, Entity::Var(id), v.name_span);
        }
        id
    }

    fn declare(&mut self, walk: &mut BodyWalk, name: Symbol, what: Entity, at: Span) {
        let Some(scope) = walk.scopes.last_mut() else { return };
        // `_` of unnamed parameters may stand often.
        if scope.names.insert(name, what).is_some() && self.text(name) != "_" {
            let message = format!("`{}` is declared twice in this scope", self.text(name));
            self.sink.push(Diagnostic::error(at, message));
        }
    }

    /// Counts operations and notes where labels point, block by block.
    fn scan(&mut self, statements: &[Stmt], count: &mut u32, blocks: &mut Vec<HashMap<Symbol, OpIx>>) {
        let here = blocks.len();
        blocks.push(HashMap::new());
        for s in statements {
            match s {
                Stmt::Instr(_) => *count += 1,
                Stmt::Label(name, span) => {
                    let twice = blocks[here].insert(*name, OpIx(*count)).is_some();
                    if twice {
                        let message = format!("label `{}` stands twice in this scope", self.text(*name));
                        self.sink.push(Diagnostic::error(*span, message));
                    }
                }
                Stmt::Block(inner, _) => self.scan(inner, count, blocks),
                _ => {}
            }
        }
    }

    /// The statements of one scope, already open.
    fn block(&mut self, walk: &mut BodyWalk, statements: &[Stmt]) {
        if let (Some(scope), Some(labels)) = (walk.scopes.last_mut(), walk.blocks.next()) {
            walk.body.labels.extend(labels.iter().map(|(&s, &at)| (s, at)));
            scope.names.extend(labels.into_iter().map(|(s, at)| (s, Entity::Label(at))));
        }
        self.target_lists(walk, statements);
        for s in statements {
            match s {
                Stmt::Variable(v) => self.local(walk, v),
                Stmt::Instr(i) => self.instruction(walk, i),
                Stmt::Loc(l) => walk.loc = self.lines.loc(l),
                Stmt::Block(inner, _) => {
                    walk.scopes.push(Scope::default());
                    self.block(walk, inner);
                    walk.scopes.pop();
                }
                Stmt::Unknown(span) => walk.body.broken.push(*span),
                Stmt::Label(..)
                | Stmt::Pragma(..)
                | Stmt::BranchTargets { .. }
                | Stmt::CallTargets { .. }
                | Stmt::CallPrototype { .. }
                | Stmt::Section(_)
                | Stmt::File(_) => {}
            }
        }
        if walk.scopes.len() == 1 {
            walk.body.labels.sort_by_key(|&(s, at)| (at, s));
        }
    }

    fn target_lists(&mut self, walk: &mut BodyWalk, statements: &[Stmt]) {
        for s in statements {
            match s {
                Stmt::BranchTargets { label, targets, span } => {
                    let list: Vec<_> = targets.iter().filter_map(|&t| self.label(walk, t, *span)).collect();
                    let ix = walk.body.branch_targets.len() as u32;
                    walk.body.branch_targets.push(list);
                    self.declare(walk, *label, Entity::BranchTargets(ix), *span);
                }
                Stmt::CallTargets { label, targets, span } => {
                    let mut list = Vec::new();
                    for &t in targets {
                        match self.out.symbols.get(&t) {
                            Some(&GlobalRef::Func(f)) => list.push(f),
                            _ => {
                                walk.body.broken.push(*span);
                                let message = format!("`{}` is not a function of this module", self.text(t));
                                self.sink.push(Diagnostic::error(*span, message));
                            }
                        }
                    }
                    self.declare(walk, *label, Entity::CallTargets(list), *span);
                }
                Stmt::CallPrototype { label, returns, params, noreturn, span } => {
                    let mut sizes = |list: &[Variable]| -> Vec<_> {
                        list.iter().map(|v| self.layout(v, None)).map(|v| (v.size, v.align)).collect()
                    };
                    let prototype =
                        Prototype { returns: sizes(returns), params: sizes(params), noreturn: *noreturn };
                    let ix = walk.body.prototypes.len() as u32;
                    walk.body.prototypes.push(prototype);
                    self.declare(walk, *label, Entity::Prototype(ix), *span);
                }
                _ => {}
            }
        }
    }

    fn label(&mut self, walk: &mut BodyWalk, name: Symbol, at: Span) -> Option<OpIx> {
        match self.find(walk, name) {
            Some(Entity::Label(op)) => Some(op),
            _ => {
                walk.body.broken.push(at);
                self.sink
                    .push(Diagnostic::error(at, format!("`{}` is not a label in reach", self.text(name))));
                None
            }
        }
    }

    fn local(&mut self, walk: &mut BodyWalk, v: &Variable) {
        match (v.space, v.range) {
            (StateSpace::Reg, Some(count)) => {
                let range = Range { count, ty: v.ty, vector: v.vector };
                let Some(scope) = walk.scopes.last_mut() else { return };
                if scope.ranges.insert(v.name, range).is_some() {
                    let message = format!("`{}<...>` is declared twice in this scope", self.text(v.name));
                    self.sink.push(Diagnostic::error(v.name_span, message));
                }
            }
            (StateSpace::Reg, None) => {
                let reg = walk.register(v.name, v.ty, v.vector);
                self.declare(walk, v.name, Entity::Reg(reg), v.name_span);
            }
            _ => {
                let var = self.layout(v, Some(walk.func));
                let id = self.push_var(var);
                self.declare(walk, v.name, Entity::Var(id), v.name_span);
            }
        }
    }

    /// What `name` stands for, innermost scope first.
    pub(super) fn find(&self, walk: &mut BodyWalk, name: Symbol) -> Option<Entity> {
        for depth in (0..walk.scopes.len()).rev() {
            if let Some(e) = walk.scopes[depth].names.get(&name) {
                return Some(e.clone());
            }
            if let Some(range) = self.range_of(&walk.scopes[depth], name) {
                let reg = walk.register(name, range.ty, range.vector);
                walk.scopes[depth].names.insert(name, Entity::Reg(reg));
                return Some(Entity::Reg(reg));
            }
        }
        match self.out.symbols.get(&name)? {
            GlobalRef::Var(v) => Some(Entity::Var(*v)),
            GlobalRef::Func(f) => Some(Entity::Func(*f)),
        }
    }

    /// The `%r<count>` of a scope that `%r12` belongs to.
    fn range_of(&self, scope: &Scope, name: Symbol) -> Option<Range> {
        if scope.ranges.is_empty() {
            return None;
        }
        let text = self.text(name);
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count().min(10);
        (1..=digits).find_map(|n| {
            let (prefix, number) = text.split_at(text.len() - n);
            if n > 1 && number.starts_with('0') {
                return None;
            }
            let index: u64 = number.parse().ok()?;
            let range = scope.ranges.get(&self.module.names.find(prefix)?)?;
            (index < u64::from(range.count)).then_some(*range)
        })
    }

    fn check_initialisers(&mut self) {
        for item in &self.module.items {
            let Item::Variable(v) = item else { continue };
            if let Some(init) = &v.init {
                self.check_initialiser(init, v.span);
            }
        }
    }

    fn check_initialiser(&mut self, init: &Init, at: Span) {
        match init {
            Init::List(items) => items.iter().for_each(|i| self.check_initialiser(i, at)),
            Init::Address { symbol, .. } if !self.out.symbols.contains_key(symbol) => {
                let message = format!("`{}` in this initialiser is not declared", self.text(*symbol));
                self.sink.push(Diagnostic::error(at, message));
            }
            Init::Address { .. } | Init::Value(_) | Init::Setting(..) => {}
        }
    }
}

impl BodyWalk {
    fn register(&mut self, name: Symbol, ty: ScalarType, vector: u8) -> RegId {
        let id = RegId(self.body.regs.len() as u32);
        self.body.regs.push(Reg { name, ty, vector });
        id
    }
}

/// `.file` directives that stand in bodies.
fn collect_files(statements: &[Stmt], files: &mut Vec<(u32, String)>) {
    for s in statements {
        match s {
            Stmt::File(ast::File { index, path, .. }) => files.push((*index, unescape(path))),
            Stmt::Block(inner, _) => collect_files(inner, files),
            _ => {}
        }
    }
}
