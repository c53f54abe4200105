//! Where a host variable's memory comes from: the heap, the stack, the device, page-locked.

use super::Context;
use crate::model::{Symbol, declared_name};
use crate::{Field, Kind, Node};

/// What kind of memory a variable's pointer is known to point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `malloc`, `new`: pageable host memory.
    Heap,
    /// A local array, or the address of a local.
    Stack,
    /// A `std::vector`'s or `std::array`'s elements.
    Container,
}

impl Origin {
    /// What it is, for a message.
    pub fn words(self) -> &'static str {
        match self {
            Origin::Heap => "host memory from `malloc` or `new`",
            Origin::Stack => "the host's stack",
            Origin::Container => "a host container's elements",
        }
    }
}

impl<'a> Context<'a> {
    /// Where an argument's memory comes from, if it is surely pageable host memory.
    pub fn pageable(&self, argument: Node<'a>) -> Option<(Origin, &'a Symbol)> {
        let argument = argument.unparenthesised();
        match argument.kind() {
            Kind::PointerExpression if argument.operator() == "&" => {
                let inner = argument.child(Field::Argument)?;
                let symbol = self.named(inner)?;
                let local = symbol.local_to.is_some() && !symbol.ty.is_pointer() && !symbol.ty.reference;
                // The address of a struct passed by pointer is as wrong, but a class may overload `&`.
                (local && symbol.ty.as_scalar().is_some()).then_some((Origin::Stack, symbol))
            }
            Kind::CallExpression => {
                let function = argument.child(Field::Function)?;
                if function.kind() != Kind::FieldExpression || declared_name(function)?.text() != "data" {
                    return None;
                }
                let symbol = self.named(function.child(Field::Argument)?)?;
                self.is_container(symbol).then_some((Origin::Container, symbol))
            }
            _ => {
                let symbol = self.named(argument)?;
                if symbol.local_to.is_none() || symbol.ty.reference {
                    return None;
                }
                if !symbol.ty.dims.is_empty() && symbol.ty.pointers == 0 {
                    let is_static = self.node(symbol.node).text().starts_with("static");
                    let plain = !is_static && self.node(symbol.node).kind() == Kind::Declaration;
                    return (plain && !self.is_registered(symbol)).then_some((Origin::Stack, symbol));
                }
                (symbol.ty.pointers == 1 && self.only_from_heap(symbol)).then_some((Origin::Heap, symbol))
            }
        }
    }

    fn is_container(&self, symbol: &Symbol) -> bool {
        let ty = self.node(symbol.node).child(Field::Type).map_or("", Node::text);
        // An allocator of one's own may well give page-locked or managed memory.
        (ty.starts_with("std::vector<") || ty.starts_with("vector<") || ty.starts_with("std::array<"))
            && !ty.to_ascii_lowercase().contains("alloc")
    }

    /// Whether every value this pointer is given comes from `malloc`, `calloc` or `new`, and its address goes nowhere.
    fn only_from_heap(&self, symbol: &'a Symbol) -> bool {
        let mut sources = 0;
        if let Some(value) = symbol.value {
            if !is_heap(self.node(value)) && self.node(value).kind() != Kind::Null {
                return false;
            }
            sources += usize::from(is_heap(self.node(value)));
        }
        let Some(id) = self.model.reference_at(symbol.range.start).and_then(|r| r.symbol) else {
            return false;
        };
        for reference in self.model.uses(id).filter(|r| r.writes) {
            let node = self.node(reference.node);
            let Some(parent) = node.parent() else { return false };
            let assigned = parent.kind() == Kind::AssignmentExpression
                && parent.child(Field::Left).is_some_and(|l| l.id == node.id);
            if assigned {
                let Some(value) = parent.child(Field::Right) else { return false };
                if !is_heap(value) {
                    return false;
                }
                sources += 1;
            } else if parent.kind() != Kind::SubscriptExpression {
                return false;
            }
        }
        sources > 0 && !self.is_registered(symbol)
    }

    fn is_registered(&self, symbol: &Symbol) -> bool {
        let registers = |name: &str| name.ends_with("HostRegister") || name.ends_with("MemHostRegister");
        self.model.calls.iter().filter(|c| registers(&c.name)).any(|c| {
            self.arguments(c).first().and_then(|a| self.named(*a)).is_some_and(|s| s.range == symbol.range)
        })
    }
}

fn is_heap(value: Node<'_>) -> bool {
    let mut at = value.unparenthesised();
    while at.kind() == Kind::CastExpression {
        match at.child(Field::Value) {
            Some(inner) => at = inner.unparenthesised(),
            None => return false,
        }
    }
    match at.kind() {
        // Placement new builds in memory that someone else chose.
        Kind::NewExpression => at.child(Field::Arguments).is_none() || at.text().contains('['),
        Kind::CallExpression => {
            let Some(function) = at.child(Field::Function) else { return false };
            let Some(name) = declared_name(function) else { return false };
            match name.text() {
                "malloc" | "calloc" | "aligned_alloc" => true,
                "static_cast" | "reinterpret_cast" => {
                    at.child(Field::Arguments).and_then(|a| a.items().next()).is_some_and(|inner| {
                        // One cast deep is what people write.
                        inner.kind() == Kind::CallExpression
                            && inner
                                .child(Field::Function)
                                .and_then(declared_name)
                                .is_some_and(|n| matches!(n.text(), "malloc" | "calloc" | "aligned_alloc"))
                    })
                }
                _ => false,
            }
        }
        _ => false,
    }
}
