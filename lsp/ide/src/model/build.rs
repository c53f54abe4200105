//! One pass over the tree that fills a [`Model`].
//!
//! Scopes are a stack; a name's current meanings are a stack as well, undone when its scope ends. What is declared at
//! file, namespace or class level stays findable by its last name to the end, as other files and out-of-order
//! members need.

use super::types::{Base, Type, base_of, base_of_words};
use super::*;
use crate::syntax::{Field, Kind};

pub(super) fn build(syntax: &Syntax, text: &str) -> Model {
    let mut b = Builder {
        syntax,
        text,
        model: Model::default(),
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
                    self.declare(name, node, SymbolKind::Alias, Type::unknown());
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

    fn define(&mut self, node: Node<'a>) {
        let Some(name) = node.child(Field::Name) else { return };
        let symbol = self.declare(name, node, SymbolKind::Macro, Type::unknown());
        let body = node.child(Field::Value).map_or("", Node::text);
        // A comment after the body belongs to the reader, not to the macro.
        let body = body.split("//").next().unwrap_or("").trim().to_owned();
        let parameters = node.child_of(Kind::PreprocParams).map(|list| {
            list.text().trim_matches(['(', ')']).split(',').map(|p| p.trim().to_owned()).collect()
        });
        let ambiguous = self.model.macros.get(name.text()).is_some_and(|m| m.ambiguous || m.body != body);
        self.model.macros.insert(name.text().to_owned(), Macro { parameters, body, ambiguous, symbol });
    }

    fn include(&mut self, node: Node<'a>) {
        if let Some(path) = node.child(Field::Path) {
            self.model.includes.push(Include {
                path: path.text().trim_matches(['"', '<', '>']).to_owned(),
                quoted: path.text().starts_with('"'),
                range: path.range(),
            });
        }
    }

    fn function_definition(&mut self, node: Node<'a>) {
        let Some(declared) = node.child(Field::Declarator).and_then(|d| self.take_apart(d, node)) else {
            self.open(node, false);
            return;
        };
        let id = self.add_function(node, &declared);
        self.open(node, false);
        self.functions.push((node.end(), id));
    }

    fn add_function(&mut self, node: Node<'a>, declared: &Declared<'a>) -> FunctionId {
        let symbol = self.declare(declared.name, node, SymbolKind::Function, declared.ty.clone());
        let exec = self.exec(node, declared.name);
        let (required, variadic) = declared.parameters.map_or((0, false), count_parameters);
        let template = self.syntax.node(node.id).ancestors().any(|a| a.kind() == Kind::TemplateDeclaration);
        let bounds = words_before(self.syntax, node, declared.name.range().start)
            .and_then(|range| find_bounds(self.text, range));
        let id = FunctionId(self.model.functions.len() as u32);
        self.model.functions.push(Function {
            symbol: Some(symbol),
            name: declared.name.text().to_owned(),
            node: node.id,
            body: node.child(Field::Body).map(|n| n.id),
            exec,
            parameters: Vec::new(),
            required,
            variadic,
            template,
            bounds,
            outer: None,
        });
        self.model.by_node.insert(node.id, id);
        self.model.extents.push((node.end(), self.function()));
        if let Some(s) = self.model.symbols.get_mut(symbol.0 as usize) {
            s.function = Some(id);
        }
        id
    }

    fn lambda(&mut self, node: Node<'a>) {
        let outer = self.function();
        let inherited = outer.and_then(|f| self.model.function(f)).map_or(Exec::HOST, |f| f.exec);
        let mut exec = Exec { global: false, device: inherited.on_device(), ..inherited };
        let captures_end = node.child(Field::Captures).map_or(node.range().start, |c| c.range().end);
        let head_end = node.child(Field::Body).map_or(node.range().end, |b| b.range().start);
        let head = TextRange::new(captures_end, head_end).of(self.text);
        if head.contains("__device__") {
            exec = Exec { device: true, host: head.contains("__host__"), ..Exec::default() };
        }
        let id = FunctionId(self.model.functions.len() as u32);
        self.model.functions.push(Function {
            symbol: None,
            name: String::new(),
            node: node.id,
            body: node.child(Field::Body).map(|n| n.id),
            exec,
            parameters: Vec::new(),
            required: 0,
            variadic: true,
            template: false,
            bounds: None,
            outer,
        });
        self.model.by_node.insert(node.id, id);
        self.model.extents.push((node.end(), outer));
        self.open(node, false);
        self.functions.push((node.end(), id));
    }

    fn declaration(&mut self, node: Node<'a>) {
        // `#define X` bodies and casts never come here; what does may still be a call that looks like a declaration.
        let typedef = node.kind() == Kind::TypeDefinition;
        let field = node.kind() == Kind::FieldDeclaration;
        let declarators: Vec<Node<'a>> = node.children().filter(|n| n.field() == Field::Declarator).collect();
        for declarator in declarators {
            if self.declaring.contains_key(&declarator.id) {
                continue;
            }
            let Some(mut declared) = self.take_apart(declarator, node) else { continue };
            if typedef {
                self.declare(declared.name, node, SymbolKind::Alias, declared.ty);
                continue;
            }
            if let Some(parameters) = declared.parameters {
                if !self.is_vexing(parameters) {
                    let id = self.add_function(node, &declared);
                    // The parameters of a prototype belong to it, and are visible nowhere else.
                    self.scopes.push(Scope { end: declarator.end(), bound: Vec::new(), file_wide: false });
                    self.functions.push((declarator.end(), id));
                    continue;
                }
                declared.value = Some(parameters);
            }
            let kind = if field { SymbolKind::Field } else { SymbolKind::Variable };
            let id = self.declare(declared.name, node, kind, declared.ty);
            let space = self.space(node, declared.name);
            let local = self.function();
            if let Some(symbol) = self.model.symbols.get_mut(id.0 as usize) {
                symbol.value = declared.value.map(|n| n.id);
                symbol.space = space;
                symbol.local_to = local;
            }
        }
    }

    /// Whether `dim3 grid(n, m);` is meant: inside a function, each "parameter" is a lone name that is no known type.
    fn is_vexing(&self, parameters: Node<'a>) -> bool {
        if self.function().is_none() {
            return false;
        }
        let mut any = false;
        for item in parameters.items() {
            any = true;
            let lone = item.kind() == Kind::ParameterDeclaration && item.items().count() == 1;
            let named = item.child(Field::Type).filter(|t| t.kind() == Kind::TypeIdentifier);
            let known_type = named.is_some_and(|t| {
                matches!(base_of(t.text()), Base::Vector(..) | Base::Scalar(_)) || t.text() == "dim3"
            });
            if !lone || named.is_none() || known_type {
                return false;
            }
        }
        any
    }

    fn parameter(&mut self, node: Node<'a>) {
        let mut parents = node.ancestors();
        let (Some(list), Some(owner)) = (parents.next(), parents.next()) else { return };
        let template = list.kind() == Kind::TemplateParameterList;
        let Some(declarator) = node.child(Field::Declarator) else {
            // `f(int)` has a parameter all the same.
            if list.kind() == Kind::ParameterList
                && !template
                && self.owns_parameters(owner)
                && node.text() != "void"
            {
                let ty = self.type_of_specifier(node);
                self.add_parameter(node, node, ty);
            }
            return;
        };
        let Some(declared) = self.take_apart(declarator, node) else { return };
        if template {
            self.declare(declared.name, node, SymbolKind::TemplateParameter, declared.ty);
        } else if owner.kind() == Kind::FunctionDeclarator && !self.owns_parameters(owner) {
            // A parameter of a function pointer's type, or an argument that looks like one.
        } else {
            self.add_parameter(declared.name, node, declared.ty);
        }
    }

    /// Whether this declarator is the one of the function now open, not of a pointer among its parameters.
    fn owns_parameters(&self, declarator: Node<'a>) -> bool {
        let Some(function) = self.function().and_then(|f| self.model.function(f)) else { return false };
        if declarator.kind() != Kind::FunctionDeclarator {
            // A lambda's `(int i)`, a catch clause.
            return true;
        }
        let mut at = declarator;
        while let Some(parent) = at.parent() {
            if parent.id == function.node {
                return true;
            }
            match parent.kind() {
                Kind::PointerDeclarator | Kind::ReferenceDeclarator | Kind::InitDeclarator => at = parent,
                _ => return false,
            }
        }
        false
    }

    fn add_parameter(&mut self, name: Node<'a>, node: Node<'a>, mut ty: Type) {
        // An array parameter is a pointer.
        if !ty.dims.is_empty() {
            ty.dims.remove(0);
            ty.pointers = ty.pointers.saturating_add(1);
        }
        let id = self.declare(name, node, SymbolKind::Parameter, ty);
        if let Some((_, f)) = self.functions.last()
            && let Some(function) = self.model.functions.get_mut(f.0 as usize)
        {
            function.parameters.push(id);
        }
    }

    fn for_range(&mut self, node: Node<'a>) {
        if let Some(declared) = node.child(Field::Declarator).and_then(|d| self.take_apart(d, node)) {
            self.declare(declared.name, node, SymbolKind::Variable, declared.ty);
        }
    }

    fn take_apart(&mut self, declarator: Node<'a>, whole: Node<'a>) -> Option<Declared<'a>> {
        let mut ty = self.type_of_specifier(whole);
        let mut at = declarator;
        let mut parameters = None;
        let mut value = None;
        let mut dims: Vec<Option<NodeId>> = Vec::new();
        loop {
            match at.kind() {
                Kind::InitDeclarator => value = at.child(Field::Value),
                Kind::PointerDeclarator => ty.pointers = ty.pointers.saturating_add(1),
                Kind::ReferenceDeclarator => ty.reference = true,
                Kind::ArrayDeclarator => {
                    dims.push(at.child(Field::Size).map(|n| n.id));
                }
                Kind::FunctionDeclarator => {
                    // In `int (*f)(int)` the name is a variable, whose type we do not follow.
                    let inner = at.child(Field::Declarator);
                    if inner.is_some_and(|d| d.kind() == Kind::ParenthesizedDeclarator) {
                        ty = Type::unknown();
                    } else {
                        parameters = at.child(Field::Parameters);
                    }
                }
                Kind::ParenthesizedDeclarator | Kind::AttributedDeclarator => {}
                Kind::Identifier | Kind::FieldIdentifier | Kind::TypeIdentifier => break,
                Kind::QualifiedIdentifier | Kind::TemplateFunction | Kind::TemplateMethod => {
                    at = declared_name(at)?;
                    break;
                }
                Kind::DestructorName | Kind::OperatorName | Kind::OperatorCast => break,
                Kind::StructuredBinding => return None,
                _ => return None,
            }
            at = at.child(Field::Declarator).or_else(|| {
                at.items().find(|n| !matches!(n.kind(), Kind::TypeQualifier | Kind::Other | Kind::Error))
            })?;
        }
        dims.reverse();
        ty.dims = vec![None; dims.len()];
        if !dims.is_empty() {
            self.extents.insert(at.id, dims);
        }
        Some(Declared { name: at, ty, parameters, value })
    }

    fn type_of_specifier(&self, whole: Node<'a>) -> Type {
        let mut ty = whole.child(Field::Type).map_or_else(Type::unknown, |n| self.model.type_named(n));
        let head = whole.children().take_while(|n| n.field() != Field::Declarator);
        ty.constant |= head
            .filter(|n| matches!(n.kind(), Kind::TypeQualifier | Kind::StorageClass))
            .any(|n| matches!(n.text(), "const" | "constexpr"));
        ty
    }

    fn exec(&self, node: Node<'a>, name: Node<'a>) -> Exec {
        let mut exec = Exec::default();
        if let Some(range) = words_before(self.syntax, node, name.range().start) {
            self.read_exec(range.of(self.text), &mut exec, 0);
        }
        if !exec.on_device() {
            exec.host = true;
        }
        exec
    }

    fn read_exec(&self, text: &str, exec: &mut Exec, depth: u8) {
        for word in words(text) {
            match word {
                "__global__" => exec.global = true,
                "__device__" => exec.device = true,
                "__host__" => exec.host = true,
                "constexpr" => exec.constexpr = true,
                _ => {
                    if let Some(m) = self.model.macros.get(word) {
                        if depth < 4 && m.parameters.is_none() {
                            let body = m.body.clone();
                            self.read_exec(&body, exec, depth + 1);
                        }
                    } else if is_foreign_qualifier(word) {
                        exec.uncertain = true;
                        exec.device |= word.contains("DEVICE");
                        exec.host |= word.contains("HOST") || word == "EIGEN_DEVICE_FUNC";
                    } else if word.len() > 1
                        && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
                    {
                        exec.uncertain = true;
                    }
                }
            }
        }
    }

    fn space(&self, node: Node<'a>, name: Node<'a>) -> Space {
        let Some(range) = words_before(self.syntax, node, name.range().start) else { return Space::Plain };
        let mut space = Space::Plain;
        let mut external = false;
        for word in words(range.of(self.text)) {
            match word {
                "__shared__" => space = Space::Shared,
                "__constant__" => space = Space::Constant,
                "__managed__" => space = Space::Managed,
                "__device__" if space == Space::Plain => space = Space::Device,
                "extern" => external = true,
                _ => {}
            }
        }
        if external && space == Space::Shared { Space::DynamicShared } else { space }
    }

    fn call(&mut self, node: Node<'a>) {
        let Some(function) = node.child(Field::Function) else { return };
        let Some(callee) = declared_name(function) else { return };
        let arguments = node.child(Field::Arguments);
        match node.child_of(Kind::KernelCallSyntax) {
            Some(syntax) => self.model.launches.push(Launch {
                node: node.id,
                kernel: callee.text().to_owned(),
                callee: callee.id,
                configuration: syntax.items().map(|n| n.id).collect(),
                syntax: syntax.range(),
                arguments: arguments.into_iter().flat_map(Node::items).map(|n| n.id).collect(),
                function: self.function(),
            }),
            None => self.model.calls.push(Call {
                node: node.id,
                name: callee.text().to_owned(),
                callee: callee.id,
                function: self.function(),
                method: function.kind() == Kind::FieldExpression,
            }),
        }
    }

    fn refer(&mut self, node: Node<'a>) {
        // A nameless parameter declares itself; its type's name is still a use.
        let declares = self.declaring.get(&node.id).copied();
        let symbol = declares.or_else(|| self.lookup(node));
        let at = self.model.references.len() as u32;
        self.model.references.push(Reference {
            node: node.id,
            range: node.range(),
            symbol,
            function: self.function(),
            declares: declares.is_some(),
            writes: false,
        });
        if let Some(slot) = self.model.reference_at.get_mut(node.id.0 as usize) {
            *slot = at;
        }
    }

    fn lookup(&self, node: Node<'a>) -> Option<SymbolId> {
        let name = node.text();
        let file_wide = || self.model.by_name.get(name);
        if node.kind() == Kind::FieldIdentifier {
            let field = node.parent()?;
            if field.kind() == Kind::FieldExpression
                && let Some(argument) = field.child(Field::Argument)
            {
                return self.model.member(argument, name);
            }
            return file_wide()?.iter().copied().find(|s| {
                self.model
                    .symbol(*s)
                    .is_some_and(|s| matches!(s.kind, SymbolKind::Field | SymbolKind::Function))
            });
        }
        let qualified = node
            .parent()
            .is_some_and(|p| p.kind() == Kind::QualifiedIdentifier && node.field() == Field::Name);
        if !qualified && let Some(local) = self.bindings.get(name).and_then(|stack| stack.last()) {
            return Some(*local);
        }
        // Members are found by bare name only from inside their class or its out-of-line methods; be lenient.
        let all = file_wide()?;
        let pick = |wanted: fn(&Symbol) -> bool| {
            all.iter().rev().copied().find(|s| self.model.symbol(*s).is_some_and(wanted))
        };
        pick(|s| s.kind != SymbolKind::Field && s.function.is_none() || s.function.is_some())
            .or_else(|| pick(|_| true))
    }

    /// Array extents may name constants, which resolve only once the walk has passed them.
    fn measure_arrays(&mut self) {
        for (name, symbol) in &self.declaring {
            let Some(extents) = self.extents.get(name) else { continue };
            let measured: Vec<Option<u64>> = extents
                .iter()
                .map(|e| self.model.eval(self.syntax.node((*e)?)).and_then(|v| u64::try_from(v).ok()))
                .collect();
            if let Some(symbol) = self.model.symbols.get_mut(symbol.0 as usize) {
                // A parameter has lost its first extent to a pointer.
                let skip = measured.len().saturating_sub(symbol.ty.dims.len());
                symbol.ty.dims = measured.into_iter().skip(skip).collect();
            }
        }
    }

    /// References by symbol: count, sum up, deal out.
    fn sort_uses(&mut self) {
        let model = &mut self.model;
        let mut from = vec![0u32; model.symbols.len() + 1];
        let resolved =
            || model.references.iter().zip(0u32..).filter_map(|(r, i)| Some((r.symbol?.0 as usize, i)));
        for (symbol, _) in resolved() {
            if let Some(count) = from.get_mut(symbol + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut from {
            sum += *count;
            *count = sum;
        }
        let mut next = from.clone();
        let mut uses = vec![0; sum as usize];
        for (symbol, i) in resolved() {
            if let Some(at) = next.get_mut(symbol)
                && let Some(slot) = uses.get_mut(*at as usize)
            {
                *slot = i;
                *at += 1;
            }
        }
        (model.uses, model.uses_from) = (uses, from);
    }

    fn count_writes(&mut self) {
        let mut writes: Vec<u32> = Vec::new();
        for (i, reference) in self.model.references.iter().enumerate() {
            if !reference.declares && is_written(self.syntax.node(reference.node)) {
                writes.push(i as u32);
            }
        }
        for i in writes {
            let Some(reference) = self.model.references.get_mut(i as usize) else { continue };
            reference.writes = true;
            if let Some(symbol) = reference.symbol.and_then(|s| self.model.symbols.get_mut(s.0 as usize)) {
                symbol.writes += 1;
            }
        }
    }
}

/// Whether this name's value may change here: assigned, counted, its address taken, read into.
fn is_written(node: Node<'_>) -> bool {
    let mut at = node;
    for parent in node.ancestors() {
        match parent.kind() {
            Kind::FieldExpression if at.field() == Field::Argument => {
                // Through a pointer it is not the pointer that changes.
                if parent.operator() == "->" {
                    return false;
                }
            }
            Kind::SubscriptExpression if at.field() == Field::Argument => {}
            Kind::ParenthesizedExpression => {}
            Kind::AssignmentExpression => return at.field() == Field::Left,
            Kind::UpdateExpression => return true,
            Kind::PointerExpression => return parent.operator() == "&",
            Kind::BinaryExpression => return parent.operator() == ">>" && reads_a_stream(parent),
            _ => return false,
        }
        at = parent;
    }
    false
}

fn reads_a_stream(node: Node<'_>) -> bool {
    let text = node.text();
    text.starts_with("std::cin") || text.starts_with("cin")
}

/// The last name of a possibly qualified, templated or member expression.
pub(crate) fn declared_name(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    loop {
        at = match at.kind() {
            Kind::Identifier
            | Kind::FieldIdentifier
            | Kind::TypeIdentifier
            | Kind::OperatorName
            | Kind::DestructorName
            | Kind::PrimitiveType => return Some(at),
            Kind::QualifiedIdentifier
            | Kind::TemplateFunction
            | Kind::TemplateMethod
            | Kind::TemplateType => at.children().filter(|n| n.field() == Field::Name).last()?,
            Kind::FieldExpression => at.children().find(|n| {
                matches!(n.kind(), Kind::FieldIdentifier | Kind::TemplateMethod | Kind::DestructorName)
                    || matches!(n.kind(), Kind::QualifiedIdentifier) && n.field() != Field::Argument
            })?,
            Kind::ParenthesizedExpression => at.items().next()?,
            _ => return None,
        }
    }
}

/// What is written before a declaration's name, blanked words included.
pub(crate) fn words_before(syntax: &Syntax, node: Node<'_>, name: u32) -> Option<TextRange> {
    let before = NodeId(node.id.0.checked_sub(1)?);
    let before = syntax.node(before);
    let parent = node.parent()?;
    let start = if before.id == parent.id { parent.range().start } else { before.range().end };
    Some(TextRange::new(start.min(node.range().start), name))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty())
}

fn is_foreign_qualifier(word: &str) -> bool {
    ["_CCCL_", "CCCL_", "CUTLASS_", "CUTE_", "MUTLASS_", "MUTE_", "C10_", "EIGEN_DEVICE", "THRUST_"]
        .iter()
        .any(|p| word.starts_with(p))
        && (word.contains("DEVICE") || word.contains("HOST"))
}

fn find_bounds(text: &str, range: TextRange) -> Option<TextRange> {
    let before = range.of(text);
    let at = before.find("__launch_bounds__")?;
    let rest = before.get(at..)?;
    let open = rest.find('(')?;
    let mut depth = 0i32;
    for (i, b) in rest.bytes().enumerate().skip(open) {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let base = range.start + at as u32;
            return Some(TextRange::new(base + open as u32 + 1, base + i as u32));
        }
    }
    None
}

fn count_parameters(list: Node<'_>) -> (usize, bool) {
    let mut required = 0;
    let mut variadic = list.children().any(|n| n.is_token() && n.text() == "...");
    for item in list.items() {
        match item.kind() {
            Kind::ParameterDeclaration if item.text() != "void" => required += 1,
            Kind::OptionalParameterDeclaration | Kind::ParameterDeclaration => {}
            _ => variadic = true,
        }
    }
    (required, variadic)
}

impl Model {
    /// The type a type node names.
    pub(super) fn type_named(&self, node: Node<'_>) -> Type {
        let base = match node.kind() {
            Kind::SizedType => base_of_words(node.text()),
            Kind::PlaceholderType => Base::Auto,
            Kind::StructSpecifier | Kind::ClassSpecifier | Kind::UnionSpecifier | Kind::EnumSpecifier => {
                node.child(Field::Name).map_or(Base::Unknown, |n| Base::Named(n.text().to_owned()))
            }
            Kind::TypeDescriptor => {
                let mut ty = node.child(Field::Type).map_or_else(Type::unknown, |t| self.type_named(t));
                let stars =
                    node.descendants().filter(|n| n.kind() == Kind::AbstractPointerDeclarator).count();
                ty.pointers = ty.pointers.saturating_add(stars.min(200) as u8);
                return ty;
            }
            Kind::QualifiedIdentifier => match declared_name(node) {
                Some(name) if node.text().starts_with("std::") || node.text().starts_with("::") => {
                    base_of(name.text())
                }
                _ => Base::Named(node.text().to_owned()),
            },
            _ => base_of(node.text()),
        };
        // A typedef of this file stands for what it names.
        if let Base::Named(name) = &base
            && let Some(alias) =
                self.named(name).filter_map(|s| self.symbol(s)).find(|s| s.kind == SymbolKind::Alias)
            && alias.ty.base != Base::Unknown
            && alias.ty.base != base
        {
            return alias.ty.clone();
        }
        Type::new(base)
    }

    /// The member `name` of the struct that `object` is of, or the only member of that name in the file.
    pub(super) fn member(&self, object: Node<'_>, name: &str) -> Option<SymbolId> {
        let members: Vec<SymbolId> = self
            .named(name)
            .filter(|s| {
                self.symbol(*s).is_some_and(|s| {
                    s.container.is_some() && matches!(s.kind, SymbolKind::Field | SymbolKind::Function)
                })
            })
            .collect();
        if members.is_empty() {
            return None;
        }
        let owner = match self.type_of(object).base {
            Base::Named(owner) => owner,
            Base::Unknown | Base::Auto => return (members.len() == 1).then(|| members[0]),
            _ => return None,
        };
        members.into_iter().find(|s| {
            let container = self.symbol(*s).and_then(|s| s.container).and_then(|c| self.symbol(c));
            container.is_some_and(|c| c.name == owner)
        })
    }
}
