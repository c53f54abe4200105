//! Semantic colours: what a word means, and in which memory or on which side it lives.

use crate::model::{Space, SymbolKind};
use crate::{Analysis, Kind, TextRange};

macro_rules! legend {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)] // each variant is LSP's own name, or says what it is
        pub enum $name { $($variant,)* }

        impl $name {
            /// Names in the order of the numbers.
            pub const NAMES: &'static [&'static str] = &[$($text,)*];
        }
    };
}

legend! {
    /// What a word is.
    TokenType {
        Namespace = "namespace",
        Type = "type",
        Enum = "enum",
        EnumMember = "enumMember",
        Parameter = "parameter",
        Variable = "variable",
        Property = "property",
        Function = "function",
        Kernel = "kernel",
        Macro = "macro",
        Keyword = "keyword",
        TypeParameter = "typeParameter",
        BuiltinVariable = "builtinVariable",
    }
}

legend! {
    /// What else is to be said of it; a bit each.
    TokenModifier {
        Declaration = "declaration",
        Readonly = "readonly",
        DefaultLibrary = "defaultLibrary",
        Host = "host",
        Device = "device",
        Shared = "shared",
        Constant = "constant",
        Managed = "managed",
        Global = "global",
    }
}

/// A coloured word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The word.
    pub range: TextRange,
    /// What it is.
    pub ty: TokenType,
    /// Bits by [`TokenModifier`].
    pub modifiers: u32,
}

/// All coloured words, or those that touch a range, in the order of the text, none overlapping, none over a line's end.
pub fn semantic_tokens(analysis: &Analysis, within: Option<TextRange>) -> Vec<Token> {
    if let Some(ptx) = analysis.ptx() {
        return crate::ptx::tokens(ptx, analysis.text(), within);
    }
    let model = analysis.model();
    let mut tokens = Vec::new();
    let wanted = |r: TextRange| !r.is_empty() && within.is_none_or(|w| w.overlaps(r));
    for reference in model.references.iter().filter(|r| wanted(r.range)) {
        let name = reference.range.of(analysis.text());
        let bit = |m: TokenModifier| 1u32 << m as u8;
        let mut modifiers = if reference.declares { bit(TokenModifier::Declaration) } else { 0 };
        let ty = match reference.symbol.and_then(|s| model.symbol(s)) {
            Some(symbol) => {
                modifiers |= match symbol.space {
                    Space::Plain => 0,
                    Space::Shared | Space::DynamicShared => bit(TokenModifier::Shared),
                    Space::Constant => bit(TokenModifier::Constant) | bit(TokenModifier::Readonly),
                    Space::Managed => bit(TokenModifier::Managed),
                    Space::Device => bit(TokenModifier::Global),
                };
                let function = symbol.function.and_then(|f| model.function(f));
                if let Some(f) = function {
                    modifiers |= if f.exec.device { bit(TokenModifier::Device) } else { 0 };
                    modifiers |= if f.exec.host { bit(TokenModifier::Host) } else { 0 };
                }
                if symbol.ty.constant && !symbol.ty.is_pointer() && symbol.kind == SymbolKind::Variable {
                    modifiers |= bit(TokenModifier::Readonly);
                }
                match symbol.kind {
                    SymbolKind::Function if function.is_some_and(|f| f.exec.global) => TokenType::Kernel,
                    SymbolKind::Function => TokenType::Function,
                    SymbolKind::Variable => TokenType::Variable,
                    SymbolKind::Parameter => TokenType::Parameter,
                    SymbolKind::Field => TokenType::Property,
                    SymbolKind::Struct | SymbolKind::Alias => TokenType::Type,
                    SymbolKind::Enum => TokenType::Enum,
                    SymbolKind::EnumConstant => TokenType::EnumMember,
                    SymbolKind::TemplateParameter => TokenType::TypeParameter,
                    SymbolKind::Namespace => TokenType::Namespace,
                    SymbolKind::Macro => TokenType::Macro,
                }
            }
            None => match crate::apis::find(name).map(|a| a.kind) {
                Some(kind) => {
                    use crate::apis::ApiKind as A;
                    modifiers |= bit(TokenModifier::DefaultLibrary);
                    match kind {
                        A::Variable => TokenType::BuiltinVariable,
                        A::Qualifier => TokenType::Keyword,
                        A::DeviceFunction => {
                            modifiers |= bit(TokenModifier::Device);
                            TokenType::Function
                        }
                        A::HostFunction => {
                            modifiers |= bit(TokenModifier::Host);
                            TokenType::Function
                        }
                        A::Constant => TokenType::EnumMember,
                        A::Type => TokenType::Type,
                    }
                }
                None => continue,
            },
        };
        tokens.push(Token { range: reference.range, ty, modifiers });
    }
    for node in analysis.syntax().nodes() {
        let qualifier = matches!(node.kind(), Kind::Token | Kind::TypeQualifier | Kind::StorageClass)
            && node.text().starts_with("__")
            && crate::apis::find(node.text()).is_some();
        if qualifier && wanted(node.range()) {
            tokens.push(Token { range: node.range(), ty: TokenType::Keyword, modifiers: 0 });
        }
    }
    // Words hidden from the grammar are attributes.
    for blanked in analysis.parsed().blanked() {
        let word = blanked.range.of(analysis.text()).split('(').next().unwrap_or("").trim_end();
        let range = TextRange::new(blanked.range.start, blanked.range.start + word.len() as u32);
        if wanted(range) {
            let ty = if word.starts_with("__") { TokenType::Keyword } else { TokenType::Macro };
            tokens.push(Token { range, ty, modifiers: 0 });
        }
    }
    tokens.sort_by_key(|t| (t.range.start, t.range.end));
    tokens.dedup_by(|b, a| b.range.start < a.range.end);
    tokens.retain(|t| !t.range.of(analysis.text()).contains(['\n', '\r']));
    tokens
}
