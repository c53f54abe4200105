//! What checks ask again and again: where code runs, what is checked, what depends on the thread.

use crate::model::{Exec, Function, FunctionId, Model, SymbolId};
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
            && self.varies_with(value, locals)
        {
            locals.insert(symbol);
        }
    }
}
