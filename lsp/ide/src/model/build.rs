//! One pass over the tree that fills a [`Model`].
//!
//! Scopes are a stack; a name's current meanings are a stack as well, undone when its scope ends. What is declared at
//! file, namespace or class level stays findable by its last name to the end, as other files and out-of-order
//! members need.

mod declarations;
mod functions;
mod preproc;
mod uses;

pub(crate) use declarations::declared_name;
use functions::words;
pub(crate) use functions::words_before;

use super::types::{Base, Type, base_of};
use super::*;
use crate::syntax::{Field, Kind};

pub(super) fn build(syntax: &Syntax, text: &str, around: Arc<Surroundings>) -> Model {
    let mut b = Builder {
        syntax,
        text,
        model: Model { around, ..Model::default() },
        scopes: Vec::new(),
        bindings: FastMap::default(),
        functions: Vec::new(),
        containers: Vec::new(),
        declaring: FastMap::default(),
        extents: FastMap::default(),
    };
    b.model.reference_at = vec![NO_REFERENCE; syntax.len()];
    for node in syntax.nodes() {
        b.leave(node.id);
        b.visit(node);
    }
    b.sort_uses();
    b.measure_arrays();
    b.count_writes();
    b.model
}

struct Scope<'a> {
    end: NodeId,
    bound: Vec<&'a str>,
    file_wide: bool,
}

struct Builder<'a> {
    syntax: &'a Syntax,
    text: &'a str,
    model: Model,
    scopes: Vec<Scope<'a>>,
    bindings: FastMap<&'a str, Vec<SymbolId>>,
    functions: Vec<(NodeId, FunctionId)>,
    containers: Vec<(NodeId, SymbolId)>,
    declaring: FastMap<NodeId, SymbolId>,
    /// Extents of declared arrays by name node, to evaluate once all names are resolved.
    extents: FastMap<NodeId, Vec<Option<NodeId>>>,
}

/// A declarator taken apart.
struct Declared<'a> {
    name: Node<'a>,
    ty: Type,
    parameters: Option<Node<'a>>,
    value: Option<Node<'a>>,
}

impl<'a> Builder<'a> {
    fn leave(&mut self, at: NodeId) {
        while let Some(scope) = self.scopes.pop_if(|s| s.end <= at) {
            for name in scope.bound {
                if let Some(stack) = self.bindings.get_mut(name) {
                    stack.pop();
                }
            }
        }
        while self.functions.pop_if(|(end, _)| *end <= at).is_some() {}
        while self.containers.pop_if(|(end, _)| *end <= at).is_some() {}
    }

    fn open(&mut self, node: Node<'a>, file_wide: bool) {
        self.scopes.push(Scope { end: node.end(), bound: Vec::new(), file_wide });
    }

    fn function(&self) -> Option<FunctionId> {
        self.functions.last().map(|(_, f)| *f)
    }

    fn visit(&mut self, node: Node<'a>) {
        match node.kind() {
            Kind::TranslationUnit | Kind::DeclarationList => self.open(node, true),
            Kind::CompoundStatement
            | Kind::ForStatement
            | Kind::IfStatement
            | Kind::WhileStatement
            | Kind::SwitchStatement
            | Kind::CatchClause => self.open(node, false),
            Kind::NamespaceDefinition => self.namespace(node),
            Kind::TemplateDeclaration => self.open(node, false),
            Kind::TypeParameterDeclaration
            | Kind::OptionalTypeParameterDeclaration
            | Kind::VariadicTypeParameterDeclaration => self.type_parameter(node),
            Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier => {
                self.record(node);
            }
            Kind::Enumerator => self.enumerator(node),
            Kind::FieldDeclarationList => self.open(node, true),
            Kind::FunctionDefinition => self.function_definition(node),
            Kind::LambdaExpression => self.lambda(node),
            Kind::Declaration | Kind::FieldDeclaration | Kind::TypeDefinition => self.declaration(node),
            Kind::ParameterDeclaration | Kind::OptionalParameterDeclaration => self.parameter(node),
            Kind::ForRangeLoop => {
                self.open(node, false);
                self.for_range(node);
            }
            Kind::AliasDeclaration => {
                if let Some(name) = node.child(Field::Name) {
                    let ty = node.child(Field::Type).filter(|t| is_plain_type(*t));
                    let ty = ty.map_or_else(Type::unknown, |t| self.model.type_named(t));
                    self.declare(name, node, SymbolKind::Alias, ty);
                }
            }
            Kind::PreprocDef | Kind::PreprocFunctionDef => self.define(node),
            Kind::PreprocInclude => self.include(node),
            Kind::CallExpression => self.call(node),
            Kind::Identifier | Kind::TypeIdentifier | Kind::FieldIdentifier | Kind::NamespaceIdentifier => {
                self.refer(node);
            }
            _ => {}
        }
    }

    fn declare(&mut self, name: Node<'a>, whole: Node<'a>, kind: SymbolKind, ty: Type) -> SymbolId {
        let id = SymbolId(self.model.symbols.len() as u32);
        let text = name.text();
        let file_wide = self.scopes.last().is_none_or(|s| s.file_wide) || kind == SymbolKind::Macro;
        let visible = match self.scopes.last() {
            Some(scope) if !file_wide => Some((whole.id, scope.end)),
            _ => None,
        };
        self.model.symbols.push(Symbol {
            name: text.to_owned(),
            kind,
            range: name.range(),
            full: whole.range(),
            node: whole.id,
            ty,
            space: Space::Plain,
            container: self.containers.last().map(|(_, c)| *c),
            local_to: self.function(),
            function: None,
            value: None,
            visible,
            writes: 0,
        });
        self.declaring.insert(name.id, id);
        if file_wide {
            match self.model.by_name.get_mut(text) {
                Some(same) => same.push(id),
                None => drop(self.model.by_name.insert(text.to_owned(), vec![id])),
            }
        } else if let Some(scope) = self.scopes.last_mut() {
            scope.bound.push(name.text());
            self.bindings.entry(name.text()).or_default().push(id);
        }
        id
    }

    fn namespace(&mut self, node: Node<'a>) {
        if let Some(name) = node.child(Field::Name) {
            let id = self.declare(name, node, SymbolKind::Namespace, Type::unknown());
            self.containers.push((node.end(), id));
        }
    }

    fn type_parameter(&mut self, node: Node<'a>) {
        if let Some(name) = node.descendants().find(|n| n.kind() == Kind::TypeIdentifier) {
            self.declare(name, node, SymbolKind::TemplateParameter, Type::unknown());
        }
    }

    fn record(&mut self, node: Node<'a>) {
        if node.child(Field::Body).is_none() {
            return;
        }
        let kind = if node.kind() == Kind::EnumSpecifier { SymbolKind::Enum } else { SymbolKind::Struct };
        // An unnamed record takes the name its typedef gives it.
        let name = node.child(Field::Name).or_else(|| {
            let parent = node.parent().filter(|p| p.kind() == Kind::TypeDefinition)?;
            parent.child(Field::Declarator).filter(|d| d.kind() == Kind::TypeIdentifier)
        });
        if let Some(name) = name {
            let id = self.declare(name, node, kind, Type::new(Base::Named(name.text().to_owned())));
            self.containers.push((node.end(), id));
        }
    }

    fn enumerator(&mut self, node: Node<'a>) {
        if let Some(name) = node.child(Field::Name) {
            let id = self.declare(name, node, SymbolKind::EnumConstant, Type::scalar(types::Scalar::INT));
            let value = node.child(Field::Value).map(|n| n.id);
            if let Some(symbol) = self.model.symbols.get_mut(id.0 as usize) {
                symbol.value = value;
            }
        }
    }
}

/// Whether a type is no more than a name and pointers to it.
fn is_plain_type(node: Node<'_>) -> bool {
    !node.text().contains(['(', '[', '&', '<'])
}
