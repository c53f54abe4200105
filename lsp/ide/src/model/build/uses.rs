//! Uses of names: references and what they stand for, calls, launches; and, once all are known, array extents and writes.

use super::*;

impl<'a> Builder<'a> {
    pub(super) fn call(&mut self, node: Node<'a>) {
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

    pub(super) fn refer(&mut self, node: Node<'a>) {
        // A macro's parameter means something in its body alone, which is no part of the tree.
        if node.parent().is_some_and(|p| p.kind() == Kind::PreprocParams) {
            return;
        }
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

    pub(super) fn lookup(&self, node: Node<'a>) -> Option<SymbolId> {
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
    pub(super) fn measure_arrays(&mut self) {
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
    pub(super) fn sort_uses(&mut self) {
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

    pub(super) fn count_writes(&mut self) {
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
pub(super) fn is_written(node: Node<'_>) -> bool {
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

pub(super) fn reads_a_stream(node: Node<'_>) -> bool {
    let text = node.text();
    text.starts_with("std::cin") || text.starts_with("cin")
}
