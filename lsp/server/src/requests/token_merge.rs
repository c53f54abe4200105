//! One list of semantic tokens of several: ours, the host pass's, the device pass's.
//!
//! The compiler knows what each name is; only we know memory spaces, sides, kernels and built-in variables. So where both
//! have the same word, the compiler says what it is and we say what else; a kernel and a built-in variable stay ours. Where
//! words overlap otherwise, ours stays. What the host pass left out (`#ifdef __CUDA_ARCH__`) the device pass colours.

use std::collections::BTreeMap;

use serde_json::Value;
use tower_lsp::ls_types::SemanticToken;
use warplens_ide::tokens::{TokenModifier, TokenType};

/// clangd's types that we have no name for, as advertised after ours. Those left out are no words: inactive code, brackets.
pub(crate) const MORE_TYPES: &[&str] =
    &["class", "interface", "method", "concept", "modifier", "operator", "label"];

/// clangd's modifiers that we have no name for.
pub(crate) const MORE_MODIFIERS: &[&str] = &[
    "definition",
    "deprecated",
    "deduced",
    "static",
    "abstract",
    "virtual",
    "dependentName",
    "usedAsMutableReference",
    "usedAsMutablePointer",
    "constructorOrDestructor",
    "userDefined",
    "functionScope",
    "classScope",
    "fileScope",
    "globalScope",
];

/// A token with its own place, numbered by our legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) line: u32,
    pub(crate) start: u32,
    pub(crate) length: u32,
    pub(crate) ty: u32,
    pub(crate) modifiers: u32,
}

/// From clangd's numbers to ours.
pub(crate) struct Legend {
    types: Vec<Option<u32>>,
    modifiers: Vec<u32>,
}

impl Legend {
    /// Read what clangd advertises.
    pub(crate) fn read(legend: &Value) -> Self {
        let names = |key: &str| -> Vec<&str> {
            legend[key]
                .as_array()
                .map(|l| l.iter().map(|v| v.as_str().unwrap_or_default()).collect())
                .unwrap_or_default()
        };
        let number = |of: &[&str], more: &[&str], name: &str| {
            let at = of.iter().chain(more).position(|n| *n == name)?;
            u32::try_from(at).ok()
        };
        let types =
            names("tokenTypes").into_iter().map(|n| number(TokenType::NAMES, MORE_TYPES, n)).collect();
        let modifiers = names("tokenModifiers")
            .into_iter()
            .map(|n| number(TokenModifier::NAMES, MORE_MODIFIERS, n).map_or(0, |bit| 1 << bit))
            .collect();
        Self { types, modifiers }
    }

    /// Give clangd's tokens their places, without those that we have no type for.
    pub(crate) fn place(&self, tokens: &[SemanticToken]) -> Vec<Placed> {
        let (mut line, mut start) = (0u32, 0u32);
        let mut out = Vec::with_capacity(tokens.len());
        for token in tokens {
            if token.delta_line > 0 {
                start = 0;
            }
            line = line.saturating_add(token.delta_line);
            start = start.saturating_add(token.delta_start);
            let Some(Some(ty)) = self.types.get(token.token_type as usize) else { continue };
            let bits = token.token_modifiers_bitset;
            let modifiers = self.modifiers.iter().enumerate().filter(|(i, _)| bits & (1 << (i % 32)) != 0);
            let modifiers = modifiers.fold(0, |all, (_, m)| all | m);
            out.push(Placed { line, start, length: token.length, ty: *ty, modifiers });
        }
        out
    }
}

/// One list, in order, none overlapping.
pub(crate) fn join(ours: Vec<Placed>, theirs: Vec<Vec<Placed>>) -> Vec<Placed> {
    let mut all: BTreeMap<(u32, u32), Placed> = BTreeMap::new();
    for token in theirs.into_iter().flatten() {
        if overlapping(&all, token).is_empty() {
            all.insert((token.line, token.start), token);
        }
    }
    for mut token in ours {
        for place in overlapping(&all, token) {
            let Some(known) = all.remove(&place) else { continue };
            if (known.start, known.length) == (token.start, token.length) {
                token.modifiers |= known.modifiers;
                let special = [TokenType::Kernel, TokenType::BuiltinVariable].map(|t| t as u32);
                if !special.contains(&token.ty) {
                    token.ty = known.ty;
                }
            }
        }
        all.insert((token.line, token.start), token);
    }
    all.into_values().collect()
}

/// Places of the tokens that share a character with `token`.
fn overlapping(all: &BTreeMap<(u32, u32), Placed>, token: Placed) -> Vec<(u32, u32)> {
    let end = token.start.saturating_add(token.length);
    all.range((token.line, 0)..(token.line, end))
        .rev()
        // Tokens do not overlap one another, so the first that ends before is the end of it.
        .take_while(|(_, t)| t.start.saturating_add(t.length) > token.start)
        .map(|(place, _)| *place)
        .collect()
}

/// Five numbers a token, positions relative to the token before.
pub(crate) fn encode(tokens: &[Placed]) -> Vec<SemanticToken> {
    let (mut line, mut start) = (0, 0);
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        let same_line = token.line == line;
        // Tokens come in order; one that does not would wrap around and colour nonsense.
        let (Some(delta_line), Some(delta_start)) =
            (token.line.checked_sub(line), token.start.checked_sub(if same_line { start } else { 0 }))
        else {
            continue;
        };
        out.push(SemanticToken {
            delta_line,
            delta_start,
            length: token.length,
            token_type: token.ty,
            token_modifiers_bitset: token.modifiers,
        });
        (line, start) = (token.line, token.start);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(start: u32, length: u32, ty: u32, modifiers: u32) -> Placed {
        Placed { line: 0, start, length, ty, modifiers }
    }

    #[test]
    fn the_compiler_says_what_a_word_is_and_we_say_where_it_lives() {
        let (kernel, variable) = (TokenType::Kernel as u32, TokenType::Variable as u32);
        let field = TokenType::Property as u32;
        let host = vec![at(0, 4, field, 1), at(5, 3, variable, 2)];
        let device = vec![at(0, 4, variable, 0), at(20, 2, variable, 4)];
        let ours = vec![at(0, 4, variable, 64), at(5, 3, kernel, 16), at(19, 4, variable, 8)];
        let joined = join(ours, vec![host, device]);
        assert_eq!(joined, [at(0, 4, field, 65), at(5, 3, kernel, 18), at(19, 4, variable, 8)]);
    }

    #[test]
    fn numbers_of_another_legend_become_ours_and_inactive_code_is_no_word() {
        let legend = json!({"tokenTypes": ["comment", "method", "variable"], "tokenModifiers": ["deduced", "readonly"]});
        let token = |delta_line, delta_start, token_type, token_modifiers_bitset| SemanticToken {
            delta_line,
            delta_start,
            length: 2,
            token_type,
            token_modifiers_bitset,
        };
        let placed = Legend::read(&legend).place(&[token(0, 3, 0, 0), token(0, 4, 2, 2), token(1, 5, 1, 1)]);
        let name = |t: &Placed| *TokenType::NAMES.iter().chain(MORE_TYPES).nth(t.ty as usize).unwrap();
        let found: Vec<_> = placed.iter().map(|t| (t.line, t.start, name(t), t.modifiers)).collect();
        let readonly = 1 << TokenModifier::Readonly as u32;
        let deduced = 1 << (TokenModifier::NAMES.len() + 2);
        assert_eq!(found, [(0, 7, "variable", readonly), (1, 5, "method", deduced)]);
        assert!(TokenModifier::NAMES.len() + MORE_MODIFIERS.len() <= 32, "a bit each");
    }
}
