//! Variables, members and types: declarators taken apart, memory spaces, what only looks like a declaration.

use super::*;

impl<'a> Builder<'a> {
    pub(super) fn declaration(&mut self, node: Node<'a>) {
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
    pub(super) fn is_vexing(&self, parameters: Node<'a>) -> bool {
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

    pub(super) fn for_range(&mut self, node: Node<'a>) {
        if let Some(declared) = node.child(Field::Declarator).and_then(|d| self.take_apart(d, node)) {
            self.declare(declared.name, node, SymbolKind::Variable, declared.ty);
        }
    }

    pub(super) fn take_apart(&mut self, declarator: Node<'a>, whole: Node<'a>) -> Option<Declared<'a>> {
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

    pub(super) fn type_of_specifier(&self, whole: Node<'a>) -> Type {
        let mut ty = whole.child(Field::Type).map_or_else(Type::unknown, |n| self.model.type_named(n));
        let head = whole.children().take_while(|n| n.field() != Field::Declarator);
        ty.constant |= head
            .filter(|n| matches!(n.kind(), Kind::TypeQualifier | Kind::StorageClass))
            .any(|n| matches!(n.text(), "const" | "constexpr"));
        ty
    }

    pub(super) fn space(&self, node: Node<'a>, name: Node<'a>) -> Space {
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
