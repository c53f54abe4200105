//! What checks ask again and again: where code runs, what is checked, what depends on the thread.

use crate::model::declared_name;
use crate::model::{Call, Exec, Function, FunctionId, Launch, Model, Space, Symbol, SymbolId};
use crate::{Analysis, Config, Device, Field, Kind, Node, NodeId};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// One document under its settings.
pub struct Context<'a> {
    /// The document.
    pub analysis: &'a Analysis,
    /// Its model.
    pub model: &'a Model,
    /// Settings.
    pub config: &'a Config,
    /// Devices to check against.
    pub targets: Vec<Device>,
    varying: RefCell<HashMap<FunctionId, Rc<HashSet<SymbolId>>>>,
}

impl<'a> Context<'a> {
    /// Prepares a document.
    pub fn new(analysis: &'a Analysis, config: &'a Config) -> Context<'a> {
        Context {
            analysis,
            model: analysis.model(),
            config,
            targets: config.targets(),
            varying: RefCell::default(),
        }
    }

    /// The node with this number.
    pub fn node(&self, id: NodeId) -> Node<'a> {
        self.analysis.syntax().node(id)
    }

    /// The function around a node.
    pub fn function(&self, node: Node<'_>) -> Option<&'a Function> {
        self.model.enclosing(node).and_then(|f| self.model.function(f))
    }

    /// Where a node's code runs; at file level, on the host.
    pub fn exec(&self, node: Node<'_>) -> Exec {
        self.function(node).map_or(Exec::HOST, |f| f.exec)
    }

    /// Whether a node's code runs on the device, perhaps on the host too.
    pub fn on_device(&self, node: Node<'_>) -> bool {
        self.exec(node).on_device()
    }

    /// The loop a node is in, if it is in one within its function, other than in a `for`'s initialiser.
    pub fn enclosing_loop(&self, node: Node<'a>) -> Option<Node<'a>> {
        let mut at = node;
        for parent in node.ancestors() {
            match parent.kind() {
                Kind::ForStatement if at.field() != Field::Initializer => return Some(parent),
                Kind::WhileStatement | Kind::DoStatement => return Some(parent),
                Kind::ForRangeLoop if at.field() != Field::Right => return Some(parent),
                Kind::FunctionDefinition | Kind::LambdaExpression => return None,
                _ => {}
            }
            at = parent;
        }
        None
    }

    /// The statement a node is in.
    pub fn statement(&self, node: Node<'a>) -> Option<Node<'a>> {
        std::iter::once(node).chain(node.ancestors()).find(|n| {
            matches!(
                n.kind(),
                Kind::ExpressionStatement | Kind::Declaration | Kind::ReturnStatement | Kind::IfStatement
            )
        })
    }

    /// Whether an expression's value may differ between the threads of a block: it names `threadIdx`, a lane, or a local
    /// variable that was computed from one. Loads through a varying index vary as well.
    pub fn varies(&self, node: Node<'a>) -> bool {
        let Some(function) = self.model.enclosing(node) else { return false };
        let locals = self.varying_locals(function);
        self.varies_with(node, &locals)
    }

    fn varies_with(&self, node: Node<'a>, locals: &HashSet<SymbolId>) -> bool {
        node.descendants().any(|n| {
            if n.kind() == Kind::FieldIdentifier {
                // cooperative_groups: block.thread_rank()
                return matches!(n.text(), "thread_rank" | "thread_index");
            }
            if n.kind() != Kind::Identifier {
                return false;
            }
            if let Some(symbol) = self.model.resolve(n) {
                return locals.contains(&symbol);
            }
            matches!(n.text(), "threadIdx" | "laneid" | "__laneid" | "laneId")
        })
    }

    /// Locals of a function that depend on the thread, by assignment alone.
    fn varying_locals(&self, function: FunctionId) -> Rc<HashSet<SymbolId>> {
        if let Some(known) = self.varying.borrow().get(&function) {
            return known.clone();
        }
        let mut locals = HashSet::new();
        if let Some(f) = self.model.function(function) {
            let body = self.node(f.node);
            // Assignments feed one another, also backwards through loops; each round adds at least one or ends.
            for _ in 0..8 {
                let before = locals.len();
                for n in body.descendants() {
                    self.spread(n, &mut locals);
                }
                if locals.len() == before {
                    break;
                }
            }
        }
        let locals = Rc::new(locals);
        self.varying.borrow_mut().insert(function, locals.clone());
        locals
    }

    fn spread(&self, n: Node<'a>, locals: &mut HashSet<SymbolId>) {
        let (target, value) = match n.kind() {
            Kind::InitDeclarator => (n.child(Field::Declarator), n.child(Field::Value)),
            Kind::AssignmentExpression => (n.child(Field::Left), n.child(Field::Right)),
            _ => return,
        };
        let (Some(target), Some(value)) = (target, value) else { return };
        let Some(name) = target.descendants().find(|n| n.kind() == Kind::Identifier) else { return };
        // Only whole variables: an element of an array does not make the array's name vary.
        if matches!(target.kind(), Kind::SubscriptExpression | Kind::PointerExpression) {
            return;
        }
        if let Some(symbol) = self.model.resolve(name)
            && !locals.contains(&symbol)
            && self.model.symbol(symbol).is_some_and(|s| s.space == Space::Plain)
            && !is_uniform_call(value)
            && self.varies_with(value, locals)
        {
            locals.insert(symbol);
        }
    }
}

/// Whether a call gives every thread of the block the same answer, whatever its arguments.
fn is_uniform_call(value: Node<'_>) -> bool {
    let value = value.unparenthesised();
    let name = value.child(Field::Function).and_then(declared_name).map_or("", Node::text);
    matches!(name, "__syncthreads_or" | "__syncthreads_and" | "__syncthreads_count")
}

impl<'a> Context<'a> {
    /// The symbol an expression names, through parentheses and casts.
    pub fn named(&self, node: Node<'a>) -> Option<&'a Symbol> {
        let mut at = node.unparenthesised();
        while at.kind() == Kind::CastExpression {
            at = at.child(Field::Value)?.unparenthesised();
        }
        if at.kind() == Kind::CallExpression {
            let function = at.child(Field::Function)?;
            if !matches!(declared_name(function)?.text(), "static_cast" | "reinterpret_cast" | "const_cast") {
                return None;
            }
            at = at.child(Field::Arguments)?.items().next()?.unparenthesised();
        }
        (at.kind() == Kind::Identifier).then(|| self.model.resolve(at))?.and_then(|s| self.model.symbol(s))
    }

    /// A call's arguments.
    pub fn arguments(&self, call: &Call) -> Vec<Node<'a>> {
        self.node(call.node).child(Field::Arguments).into_iter().flat_map(Node::items).collect()
    }

    /// Whether a call waits for all threads of the block.
    pub fn is_block_barrier(&self, call: &Call) -> bool {
        if call.method {
            let object = self.node(call.node).child(Field::Function).and_then(|f| f.child(Field::Argument));
            return call.name == "sync" && object.is_some_and(|o| self.is_thread_block(o));
        }
        match call.name.as_str() {
            "__syncthreads" | "__syncthreads_or" | "__syncthreads_and" | "__syncthreads_count" => true,
            "sync" => self.arguments(call).first().is_some_and(|o| self.is_thread_block(*o)),
            _ => false,
        }
    }

    fn is_thread_block(&self, object: Node<'a>) -> bool {
        let Some(symbol) = self.named(object) else {
            return object.text().ends_with("this_thread_block()");
        };
        let node = self.node(symbol.node);
        let declared = node.child(Field::Type).map_or("", Node::text);
        let value = symbol.value.map_or("", |v| self.node(v).text());
        declared.ends_with("thread_block") || value.ends_with("this_thread_block()")
    }

    /// Launches of this kernel in the file with each extent of the block, where it is constant.
    pub fn launches_of(&self, kernel: &str) -> Vec<(&'a Launch, [Option<u64>; 3])> {
        let launches = self.model.launches.iter().filter(|l| l.kernel == kernel);
        launches
            .map(|l| {
                let block = l.configuration.get(1).map(|n| self.model.eval_dim3(self.node(*n)));
                (l, block.unwrap_or([None; 3]))
            })
            .collect()
    }

    /// The extents of a launch's grid (0) or block (1), where they are constant.
    pub fn extents(&self, launch: &Launch, which: usize) -> [Option<u64>; 3] {
        launch.configuration.get(which).map_or([None; 3], |n| self.model.eval_dim3(self.node(*n)))
    }

    /// The one kernel a launch can mean, if the file defines it and no other by its name.
    pub fn kernel_of(&self, launch: &Launch) -> Option<&'a Function> {
        let mut all = self.model.kernels_named(&launch.kernel);
        all.retain(|f| f.body.is_some());
        (all.len() == 1).then(|| all[0])
    }

    /// Whether the file or a header of the project declares a function of this name, which then is not the vendor's.
    pub fn declares_function(&self, name: &str) -> bool {
        !self.model.functions_named(name).is_empty() || !self.model.around().functions_named(name).is_empty()
    }

    /// Whether any target is programmed through MUSA, or the file is written for it.
    pub fn for_musa(&self) -> bool {
        self.analysis.is_musa() || self.config.devices.iter().any(|d| d.musa)
    }

    /// Whether a node is only compiled where MUSA is not, or only where it is: inside an `#if` that asks about it.
    pub fn under_musa_condition(&self, node: Node<'a>) -> bool {
        node.ancestors().any(|a| match a.kind() {
            Kind::PreprocIf | Kind::PreprocIfdef | Kind::PreprocElif | Kind::PreprocElse => {
                let head = a.child(Field::Condition).or(a.child(Field::Name)).map_or("", Node::text);
                let up = head.to_ascii_uppercase();
                up.contains("MUSA")
            }
            _ => false,
        })
    }

    /// Whether a node is inside any `#if`.
    pub fn under_condition(&self, node: Node<'a>) -> bool {
        node.ancestors().any(|a| {
            matches!(a.kind(), Kind::PreprocIf | Kind::PreprocElif | Kind::PreprocElse)
                || a.kind() == Kind::PreprocIfdef
                    && a.parent().is_some_and(|p| p.kind() != Kind::TranslationUnit)
        })
    }

    /// The `if`s and loops around a node, innermost first, up to its function: each with its condition.
    pub fn conditions(&self, node: Node<'a>) -> Vec<(Node<'a>, Node<'a>)> {
        let mut found = Vec::new();
        let mut at = node;
        for parent in node.ancestors() {
            match parent.kind() {
                Kind::FunctionDefinition | Kind::LambdaExpression => break,
                Kind::IfStatement
                | Kind::WhileStatement
                | Kind::ForStatement
                | Kind::DoStatement
                | Kind::SwitchStatement
                | Kind::ConditionalExpression => {
                    let inside = !matches!(at.field(), Field::Condition | Field::Initializer);
                    if let Some(condition) = parent.child(Field::Condition).filter(|_| inside) {
                        found.push((parent, condition));
                    }
                }
                _ => {}
            }
            at = parent;
        }
        found
    }

    /// Whether `if (condition) return;` with a condition that varies stands before a node in its function, and where.
    pub fn early_return_before(&self, node: Node<'a>) -> Option<Node<'a>> {
        let function = self.function(node)?;
        let body = self.node(function.body?);
        body.descendants().take_while(|n| n.id < node.id).find(|n| {
            n.kind() == Kind::ReturnStatement
                && self.model.enclosing(*n) == self.model.enclosing(node)
                && self.conditions(*n).iter().any(|(statement, condition)| {
                    statement.kind() == Kind::IfStatement
                        && !statement.contains(node)
                        && self.varies(*condition)
                })
        })
    }
}
