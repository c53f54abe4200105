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
        self.mention(node, parameters.as_deref().unwrap_or_default());
        let ambiguous = self.model.macros.get(name.text()).is_some_and(|m| m.ambiguous || m.body != body);
        self.model.macros.insert(name.text().to_owned(), Macro { parameters, body, ambiguous, symbol });
    }

    /// Notes the names in a macro's body, which is no part of the tree.
    fn mention(&mut self, node: Node<'a>, parameters: &[String]) {
        let Some(value) = node.child(Field::Value) else { return };
        let start = value.range().start;
        for (at, word) in names(value.text()) {
            if !parameters.iter().any(|p| p == word) {
                let from = start + at as u32;
                self.model.mentions.push(TextRange::new(from, from + word.len() as u32));
            }
        }
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

/// Names in a macro's body with their places: not in strings, characters, comments or numbers.
fn names(body: &str) -> Vec<(usize, &str)> {
    let bytes = body.as_bytes();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        if b == b'"' || b == b'\'' {
            at += 1;
            while let Some(&c) = bytes.get(at).filter(|c| **c != b) {
                at += if c == b'\\' { 2 } else { 1 };
            }
            at += 1;
        } else if rest.starts_with(b"//") {
            break;
        } else if rest.starts_with(b"/*") {
            at += body.get(at..).and_then(|r| r.find("*/")).map_or(rest.len(), |n| n + 2);
        } else if is_word(b) {
            let len = rest.iter().take_while(|b| is_word(**b)).count();
            if !b.is_ascii_digit()
                && let Some(word) = body.get(at..at + len)
            {
                out.push((at, word));
            }
            at += len;
        } else {
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_bodies_are_found_outside_strings_comments_and_numbers() {
        let found: Vec<&str> =
            names("f(a, \"b \\\" c\", 'd', 0x1f, 1e5) /* e */ + g_2 // h").into_iter().map(|n| n.1).collect();
        assert_eq!(found, ["f", "a", "g_2"]);
        for odd in ["\"", "'\\", "/*", "\\", "线程 x"] {
            let _ = names(odd);
        }
    }
}
