//! Names of types and members: typedefs followed, members found in the struct their object is of.

use super::types::{Base, Type, base_of, base_of_words};
use super::*;
use crate::syntax::{Field, Kind};

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
        if let Base::Named(name) = &base
            && self.named(name).next().is_none()
            && let Some(ty) = self.around.type_named(name)
            && ty.base != base
        {
            return ty.clone();
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
