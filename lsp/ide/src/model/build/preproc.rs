//! The preprocessor's share of the model: macros and includes.

use super::*;

impl<'a> Builder<'a> {
    pub(super) fn define(&mut self, node: Node<'a>) {
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

    pub(super) fn include(&mut self, node: Node<'a>) {
        if let Some(path) = node.child(Field::Path) {
            self.model.includes.push(Include {
                path: path.text().trim_matches(['"', '<', '>']).to_owned(),
                quoted: path.text().starts_with('"'),
                range: path.range(),
            });
        }
    }
}
